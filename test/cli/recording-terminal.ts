import { expect } from 'chai';
import { buildProgram } from '../../src/cli/program.ts';
import { reportError } from '../../src/cli/report-error.ts';
import type { Terminal } from '../../src/cli/terminal.ts';

export interface Ran {
  readonly code: number;
  /** Lines of stdout. */
  readonly out: readonly string[];
  /** Lines of stderr. */
  readonly notes: readonly string[];
  readonly progress: readonly string[];
}

/** Runs commands for the driver on this socket; `succeed` returns what is on stdout, line by line. */
export function tomeOn(socket: () => string) {
  const run = (...args: readonly string[]): Promise<Ran> => runTome(args, { TOME_SOCKET: socket() });
  const succeed = async (...args: readonly string[]): Promise<readonly string[]> => {
    const { code, out, notes } = await run(...args);
    expect(code, notes.join('; ')).to.equal(0);
    return out;
  };
  return { run, succeed };
}

/** Runs a command in this process, as `main.ts` does. Usage errors are commander's own, and not in `notes`. */
export async function runTome(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  signal: AbortSignal = new AbortController().signal,
): Promise<Ran> {
  const out: string[] = [];
  const notes: string[] = [];
  const progress: string[] = [];
  const terminal: Terminal = {
    env,
    cwd: process.cwd(),
    signal,
    isInteractive: false,
    print: (text) => out.push(...text.split('\n')),
    note: (text) => notes.push(...text.split('\n')),
    progress: (text) => {
      if (text !== undefined && text !== progress.at(-1)) progress.push(text);
    },
  };
  const program = buildProgram(terminal, 'test');
  const code = await program.parseAsync(args, { from: 'user' }).then(
    () => 0,
    (error: unknown) => reportError(error, terminal),
  );
  return { code, out, notes, progress };
}
