import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface Pod {
  /** How many lines it has written; throws when a write has failed. */
  stop(): Promise<number>;
}

/** A process that keeps writing to a file; it has written when this returns. */
export async function startPod(file: string): Promise<Pod> {
  const program = join(import.meta.dirname, 'fixtures/keep-writing.ts');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const exited = once(child, 'exit');
  await once(lines, 'line');
  return {
    stop: async () => {
      const last = once(lines, 'line').then(([line]) => Number(line));
      child.kill('SIGTERM');
      await exited;
      if (child.exitCode !== 0) throw new Error('a write has failed in the pod');
      return last;
    },
  };
}
