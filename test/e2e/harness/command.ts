import { spawn, type ChildProcess } from 'node:child_process';

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Answers what it wrote to stdout, in place of showing it. */
  readonly capture?: boolean;
  /** Shows what it wrote only when it fails. */
  readonly quiet?: boolean;
  readonly input?: string;
}

let current: ChildProcess | undefined;
let isInterrupted = false;

/** Runs a program to its end. Throws when that was not 0, and once the run was interrupted. */
export async function command(program: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  if (isInterrupted) throw new Error('interrupted');
  return start(program, args, options, (child) => (current = child));
}

/** As `command`, also after an interrupt: for what cleans up. */
export async function cleanUpCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  return start(program, args, options);
}

/** Ends what runs now, so that the run goes on to its cleaning up. */
export function interrupt(): void {
  isInterrupted = true;
  if (current?.pid === undefined || current.exitCode !== null) return;
  // With all that it started: it is a group of its own.
  process.kill(-current.pid, 'SIGTERM');
}

export function wasInterrupted(): boolean {
  return isInterrupted;
}

function start(
  program: string,
  args: readonly string[],
  options: CommandOptions,
  onStart?: (child: ChildProcess) => void,
): Promise<string> {
  const { env, capture = false, quiet = false, input } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['pipe', capture || quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
      env: { ...process.env, ...env },
      // An interrupt from the terminal is ours to hand on: what cleans up must not end by it.
      detached: true,
    });
    onStart?.(child);
    let output = '';
    const collect = (chunk: Buffer) => (output += chunk.toString());
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    child.stdin?.end(input);
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) {
        resolve(output);
        return;
      }
      if (quiet) console.error(output);
      reject(new Error(`${program} ${args.join(' ')} ended with ${String(code)}`));
    });
  });
}
