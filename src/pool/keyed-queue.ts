import { VolumeError } from '../domain/errors.ts';

/**
 * Work for one key runs one after another, in order of arrival; work for different keys at the same time. Not
 * re-entrant: work that asks for a key it holds waits for itself.
 */
export class KeyedQueue {
  /** For each key that is held, who waits for it. */
  readonly #waiting = new Map<string, (() => void)[]>();

  /**
   * Runs `work` when all that came before it for `key` has ended. A waiter whose signal aborts leaves the queue with
   * Cancelled; work that has begun is never interrupted.
   */
  async run<T>(key: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    await this.#acquire(key, signal);
    try {
      return await work();
    } finally {
      this.#release(key);
    }
  }

  /** As `run`, holding several keys. They are taken in sorted order, so that two of these never wait for each other. */
  runAll<T>(keys: readonly string[], signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    const [first, ...rest] = [...new Set(keys)].sort();
    if (first === undefined) return work();
    return this.run(first, signal, () => this.runAll(rest, signal, work));
  }

  /** Resolves when no key is held, and nobody waits for one. */
  async idle(): Promise<void> {
    for (let [key] = this.#waiting.keys(); key !== undefined; [key] = this.#waiting.keys()) {
      await this.run(key, undefined, () => Promise.resolve());
    }
  }

  #acquire(key: string, signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted === true) return Promise.reject(cancelled());
    const queue = this.#waiting.get(key);
    if (queue === undefined) {
      this.#waiting.set(key, []);
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const leave = () => {
        queue.splice(queue.indexOf(enter), 1);
        reject(cancelled());
      };
      const enter = () => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      signal?.addEventListener('abort', leave, { once: true });
      queue.push(enter);
    });
  }

  #release(key: string): void {
    const next = this.#waiting.get(key)?.shift();
    if (next === undefined) this.#waiting.delete(key);
    else next();
  }
}

function cancelled(): VolumeError {
  return new VolumeError('Cancelled', 'the caller has gone while other work on the same volume was under way');
}
