import { setTimeout as delay } from 'node:timers/promises';
import type { CallOptions } from '../csi/server/client.ts';
import { callErrorOf } from './call-error.ts';
import type { Context } from './context.ts';

/** Milliseconds a call may take: just before, the driver answers ABORTED and says how far it is. */
const LOOK_EVERY_MS = 3_000;
const PAUSE_MS = 200;

/**
 * Calls again for as long as the driver is at it: it copies in the background then and answers ABORTED with its
 * progress, which is shown. Ctrl-C ends the waiting, not the copy; the same command later finds it.
 */
export async function untilDone<T>({ terminal, ids }: Context, call: (options: CallOptions) => Promise<T>): Promise<T> {
  const { signal } = terminal;
  for (;;) {
    try {
      return await call({ signal, timeout: LOOK_EVERY_MS });
    } catch (error) {
      const failed = callErrorOf(error);
      if (failed?.code === 'ABORTED') terminal.progress(ids.named(failed.details).replace(/[,;] try again$/, ''));
      else if (failed?.code !== 'DEADLINE_EXCEEDED') throw error;
    }
    await delay(PAUSE_MS, undefined, { signal });
  }
}
