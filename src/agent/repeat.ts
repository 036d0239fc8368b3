import { setTimeout as delay } from 'node:timers/promises';

/** Does `work` again and again, `intervalMs` after it was done the last time, until the signal aborts. Keeps no process alive. */
export async function repeat(intervalMs: number, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      await delay(intervalMs, undefined, { signal, ref: false });
    } catch {
      // Only the signal ends it.
      return;
    }
    await work();
  }
}
