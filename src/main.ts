#!/usr/bin/env node
import { addControllerCommand } from './app/controller-command.ts';
import { addNodeCommand } from './app/node-command.ts';
import { addStandaloneCommand } from './app/standalone-command.ts';
import { addUninstallCheckCommand } from './app/uninstall-check-command.ts';
import { version } from './app/version.ts';
import { buildProgram } from './cli/program.ts';
import { reportError } from './cli/report-error.ts';
import { processTerminal } from './cli/terminal.ts';

const interrupt = new AbortController();
const terminal = processTerminal(interrupt.signal);
const program = buildProgram(terminal, version);
addStandaloneCommand(program, terminal);
addControllerCommand(program);
addNodeCommand(program);
addUninstallCheckCommand(program);
const modes = ['standalone', 'controller', 'node'];
// Once: a second Ctrl-C ends the program as it ends any other. The modes of the driver end in their own way.
program.hook('preAction', (_, command) => {
  if (command.parent === program && modes.includes(command.name())) return;
  process.once('SIGINT', () => {
    interrupt.abort();
  });
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = reportError(error, terminal);
}
