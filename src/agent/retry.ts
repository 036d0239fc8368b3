import { setTimeout as delay } from 'node:timers/promises';
import type { TroubleLog } from './trouble-log.ts';

const FIRST_MS = 500;
const MOST_MS = 30_000;

/** Milliseconds to wait after this many failures, 1 at least: longer each time, and not as long as others wait. */
export function backoffMs(failures: number, firstMs = FIRST_MS): number {
  const longest = Math.min(firstMs * 2 ** Math.min(failures - 1, 16), MOST_MS);
  return longest * (0.5 + Math.random() / 2);
}

export interface Persistence {
  /** For the log: what is being tried. */
  readonly what: string;
  readonly troubles: TroubleLog;
  readonly signal: AbortSignal;
}

/** Does `work` again and again until it succeeds or the signal aborts; `failures` is how often it has failed already. Never throws. */
export async function untilDone(work: () => Promise<void>, { what, troubles, signal }: Persistence): Promise<void> {
  for (let failures = 1; !signal.aborted; failures += 1) {
    try {
      await work();
      troubles.worked(what);
      return;
    } catch (error) {
      troubles.failed(what, error);
    }
    // Only the signal ends it early.
    await delay(backoffMs(failures), undefined, { signal, ref: false }).catch(() => undefined);
  }
}
