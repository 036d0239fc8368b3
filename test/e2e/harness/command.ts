import { spawn, type ChildProcess } from 'node:child_process';

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Answers what it wrote to stdout, in place of showing it. */
  readonly capture?: boolean;
  readonly input?: string;
}

let current: ChildProcess | undefined;
let isInterrupted = false;

/** Runs a program to its end. Throws when that was not 0, and once the run was interrupted. */
export async function command(program: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  if (isInterrupted) throw new Error('interrupted');
  return start(program, args, options);
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
  current?.kill('SIGTERM');
}

function start(
  program: string,
  args: readonly string[],
  { env, capture = false, input }: CommandOptions,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['pipe', capture ? 'pipe' : 'inherit', 'inherit'],
      env: { ...process.env, ...env },
      // An interrupt from the terminal is ours to hand on: what cleans up must not end by it.
      detached: true,
    });
    current = child;
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stdin?.end(input);
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${program} ${args.join(' ')} ended with ${String(code)}`));
    });
  });
}
