import { Command } from 'commander';
import { formatExamples, walk } from './examples.ts';
import { addGroupCommands } from './group/commands.ts';
import { addImportCommand } from './import-command.ts';
import { addPoolCommands } from './pool/commands.ts';
import { addQuotaCommands } from './quota/commands.ts';
import { runner } from './run.ts';
import { addScheduleCommands } from './schedule/commands.ts';
import { addSnapshotCommands } from './snapshot/commands.ts';
import type { Terminal } from './terminal.ts';
import { addTemplateCommands } from './template/commands.ts';
import { addVolumeCommands } from './volume/commands.ts';

export interface GlobalOptions {
  readonly socket?: string;
}

/** The command line `tome`. Its usage errors are thrown as commander's, already written to stderr. */
export function buildProgram(terminal: Terminal, version: string): Command {
  const program = new Command('tome')
    .description('Volumes as files: made, attached, copied and kept in moments, on this machine.')
    .version(version, '-V, --version')
    .option('--socket <path>', 'where the driver answers (default: $TOME_SOCKET, else ./.tome/csi.sock)')
    .exitOverride()
    .showHelpAfterError('hint: --help behind tome, or behind a command, says what there is')
    .configureOutput({
      outputError: (text, write) => {
        write(text.replace(/^error: /, 'tome: '));
      },
    })
    .addHelpText('after', formatExamples(walk));
  const run = runner(terminal, () => program.opts<GlobalOptions>().socket);
  addVolumeCommands(program, run);
  addSnapshotCommands(program, run);
  addGroupCommands(program, run);
  addScheduleCommands(program, run);
  addTemplateCommands(program, run);
  addPoolCommands(program, run);
  addQuotaCommands(program, run);
  addImportCommand(program, terminal);
  return program;
}
