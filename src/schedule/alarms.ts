import { messageOf } from '../domain/errors.ts';
import type { Clock } from './clock.ts';

export interface AlarmsOptions {
  /** Returns when to be called again without being woken; undefined for never. Ends soon when the signal is aborted. */
  readonly work: (key: string, signal: AbortSignal) => Promise<number | undefined>;
  readonly clock: Clock;
  /** Of a work that threw; it is tried again. */
  readonly failed: (key: string, message: string) => void;
}

/**
 * Milliseconds that a timer runs at most: it stands still while the machine sleeps, and knows nothing of a clock that is
 * put forward.
 */
const LONGEST_MS = 60_000;
const RETRY_MS = 15_000;

/** For each key its work, once at a time: when somebody wakes it, and when its own time has come. */
export class Alarms {
  readonly #options: AlarmsOptions;
  readonly #stopping = new AbortController();
  readonly #timers = new Map<string, () => void>();
  readonly #working = new Map<string, Promise<void>>();
  readonly #again = new Set<string>();

  constructor(options: AlarmsOptions) {
    this.#options = options;
  }

  /** Safe to call at any time, also while the key is worked on: then that is done once more. */
  wake(key: string): void {
    if (this.#stopping.signal.aborted) return;
    if (this.#working.has(key)) {
      this.#again.add(key);
      return;
    }
    this.#timers.get(key)?.();
    this.#timers.delete(key);
    this.#working.set(key, this.#work(key));
  }

  /** Resolves when no key is worked on. */
  async idle(): Promise<void> {
    while (this.#working.size > 0) await Promise.all(this.#working.values());
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    await this.idle();
  }

  async #work(key: string): Promise<void> {
    const { work, clock, failed } = this.#options;
    const { signal } = this.#stopping;
    let next: number | undefined;
    do {
      this.#again.delete(key);
      try {
        next = await work(key, signal);
      } catch (error) {
        if (!signal.aborted) failed(key, messageOf(error));
        next = clock.now() + RETRY_MS;
      }
    } while (this.#again.has(key) && !signal.aborted);
    this.#working.delete(key);
    if (next !== undefined && !signal.aborted) this.#arm(key, next);
  }

  #arm(key: string, at: number): void {
    const { clock } = this.#options;
    const armed = clock.now();
    const ring = (): void => {
      this.#timers.delete(key);
      const now = clock.now();
      // Put back meanwhile, the clock may have shown a future in which nothing is to be waited for.
      if (now >= at || now < armed) this.wake(key);
      else this.#arm(key, at);
    };
    this.#timers.set(key, clock.after(Math.min(Math.max(at - armed, 0), LONGEST_MS), ring));
  }
}
