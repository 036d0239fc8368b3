import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import * as z from 'zod';

const stallSchema = z.object({ from: z.number(), to: z.number() });

/** A write that was held up, in milliseconds since 1970. */
export type Stall = z.infer<typeof stallSchema>;

export interface SteadyWriter {
  /** Of all writes so far, those that took a millisecond or more. */
  readonly stalls: readonly Stall[];
  stop(): Promise<void>;
}

/** A thread that writes 4 KiB to this file about every half millisecond, and is held up when its filesystem is frozen. */
export async function steadyWriter(path: string): Promise<SteadyWriter> {
  const worker = new Worker(new URL('steady-writer.ts', import.meta.url), { workerData: path });
  const stalls: Stall[] = [];
  worker.on('message', (message) => {
    if (message !== 'ready') stalls.push(stallSchema.parse(message));
  });
  await once(worker, 'message');
  return {
    stalls,
    stop: async () => {
      const exited = once(worker, 'exit');
      worker.postMessage('stop');
      await exited;
    },
  };
}
