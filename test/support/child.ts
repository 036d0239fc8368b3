import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface Child {
  /** The first line it wrote. */
  readonly line: string;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
}

/** Starts a program of ours in a process of its own and waits for its first line. */
export function startChild(program: string, ...args: readonly string[]): Promise<Child> {
  return startProgram(process.execPath, '--disable-warning=ExperimentalWarning', program, ...args);
}

/** Starts a program and waits for its first line. Throws when it ends without one. */
export async function startProgram(program: string, ...args: readonly string[]): Promise<Child> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    return {
      line,
      kill: async () => {
        child.kill('SIGKILL');
        await exited;
      },
    };
  }
  throw new Error(`${[program, ...args].join(' ')} ended without a word`);
}
