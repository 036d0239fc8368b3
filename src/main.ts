#!/usr/bin/env node
import { addStandaloneCommand } from './app/standalone-command.ts';
import { version } from './app/version.ts';
import { buildProgram } from './cli/program.ts';
import { reportError } from './cli/report-error.ts';
import { processTerminal } from './cli/terminal.ts';

const interrupt = new AbortController();
const terminal = processTerminal(interrupt.signal);
const program = buildProgram(terminal, version);
addStandaloneCommand(program, terminal);
// Once: a second Ctrl-C ends the program as it ends any other.
program.hook('preAction', (_, command) => {
  if (command.name() === 'standalone') return;
  process.once('SIGINT', () => {
    interrupt.abort();
  });
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = reportError(error, terminal);
}
