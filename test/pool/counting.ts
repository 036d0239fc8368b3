import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface Writer {
  /** The highest number that is on disk in every file. */
  acknowledged(): number;
  /** Resolves once a number this high is on disk in every file. */
  reached(number: number): Promise<void>;
  stop(): Promise<void>;
}

/** A process that counts up in these files or block devices, in turn, each number on disk before the next file gets it. */
export function startCounting(...paths: readonly string[]): Writer {
  const program = join(import.meta.dirname, 'fixtures', 'counting-writer.ts');
  const child = spawn(process.execPath, [program, ...paths], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  let last = 0;
  const waiting = new Set<{ number: number; resolve: () => void }>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    last = Number(line);
    for (const waiter of waiting) if (last >= waiter.number) waiter.resolve();
  });
  return {
    acknowledged: () => last,
    reached: (number) => new Promise((resolve) => waiting.add({ number, resolve })),
    stop: async () => {
      child.stdin.end();
      await exited;
    },
  };
}

/** The last number in such a file or device. Fails unless it holds every number up to that. */
export async function countIn(path: string): Promise<number> {
  const lines = (await readFile(path, 'utf8')).split('\n').slice(0, -1);
  const wrong = lines.findIndex((line, index) => Number(line) !== index + 1);
  if (wrong !== -1) throw new Error(`${path} has ${String(lines[wrong])} in line ${wrong + 1}`);
  return lines.length;
}
