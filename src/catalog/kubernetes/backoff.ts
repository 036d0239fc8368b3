import { setTimeout as delay } from 'node:timers/promises';

const FIRST_MS = 250;
const MOST_MS = 10_000;

/**
 * Waits between tries that fail: longer each time up to 10 s, and never as long as others do, so that a hundred nodes
 * do not come back to an API server at the same moment.
 */
export class Backoff {
  #failures = 0;

  succeeded(): void {
    this.#failures = 0;
  }

  /** Resolves early when the signal aborts, without an error. */
  async wait(signal: AbortSignal): Promise<void> {
    const longest = Math.min(FIRST_MS * 2 ** this.#failures, MOST_MS);
    this.#failures += 1;
    try {
      await delay(longest * (0.5 + Math.random() / 2), undefined, { signal, ref: false });
    } catch {
      // Aborted.
    }
  }
}
