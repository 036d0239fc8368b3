import { CommanderError } from 'commander';
import { VolumeError } from '../domain/errors.ts';
import { CliError } from './cli-error.ts';
import type { Terminal } from './terminal.ts';

const FAILED = 1;
const USAGE = 2;
/** What shells say of a program that ended by SIGINT: 128 and its number. */
const INTERRUPTED = 130;

/** Says on stderr what went wrong and what to do, and returns the program's exit code. */
export function reportError(error: unknown, { note, signal }: Pick<Terminal, 'note' | 'signal'>): number {
  // Commander has said it itself; help and version end by an error of code 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
  if (signal.aborted && !(error instanceof CliError && error.leaves)) {
    note('tome: interrupted; to go on, give the same command again');
    return INTERRUPTED;
  }
  note(`tome: ${oneLine(error)}`);
  if (error instanceof CliError && error.hint !== undefined) note(`hint: ${error.hint}`);
  return signal.aborted ? INTERRUPTED : FAILED;
}

/** What nobody foresaw has its stack, for who is asked about it. */
function oneLine(error: unknown): string {
  if (error instanceof CliError || error instanceof VolumeError) return error.message.replace(/\s*\n\s*/g, '; ');
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
