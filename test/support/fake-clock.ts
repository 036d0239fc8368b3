import type { Clock } from '../../src/schedule/clock.ts';

/** Stands still until a test moves it. */
export class FakeClock implements Clock {
  #now: number;
  readonly #timers = new Map<() => void, number>();

  constructor(now: string) {
    this.#now = Date.parse(now);
  }

  readonly now = (): number => this.#now;

  isJumpy = false;

  readonly isSteady = (): boolean => !this.isJumpy;

  readonly after = (milliseconds: number, work: () => void): (() => void) => {
    const ring = (): void => {
      work();
    };
    this.#timers.set(ring, this.#now + milliseconds);
    return () => {
      this.#timers.delete(ring);
    };
  };

  /** Puts the clock to a time, later or earlier, as a person would; timers run as long as they were asked for. */
  put(text: string): void {
    const by = Date.parse(text) - this.#now;
    this.#now += by;
    for (const [ring, at] of this.#timers) this.#timers.set(ring, at + by);
  }

  /** Lets time pass, and rings what is due meanwhile. */
  advanceTo(text: string): void {
    this.#now = Math.max(Date.parse(text), this.#now);
    for (const [ring, at] of [...this.#timers]) {
      if (at > this.#now) continue;
      this.#timers.delete(ring);
      ring();
    }
  }

  /** How many timers run. */
  get timers(): number {
    return this.#timers.size;
  }
}
