import path from 'node:path';
import type { Command } from 'commander';
import { addImportOptions, openSource, type ImportOptions } from './import-options.ts';
import { showProgress } from './import-progress.ts';
import type { Terminal } from './terminal.ts';

/** `tome import`: fills a directory, without a driver: what a pod does with the volume that is mounted in it. */
export function addImportCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('import <source> <dir>')
    .description('fill an empty directory from a source as volume create --from does; the same command again goes on');
  addImportOptions(command).action(async (text: string, directory: string, options: ImportOptions) => {
    const { importInto } = await import('../import/import-into.ts');
    const { source, credentials } = await openSource(text, options, terminal);
    const { signal } = terminal;
    const onProgress = showProgress(terminal);
    const target = path.resolve(terminal.cwd, directory);
    await importInto(source, target, { credentials, signal, onProgress, stdin: process.stdin });
    terminal.progress(undefined);
    terminal.print(`${target} has all of ${source.label}`);
  });
}
