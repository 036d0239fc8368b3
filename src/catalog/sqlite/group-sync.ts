/**
 * Group commit: at most one sync runs and one waits behind it, shared by all who wrote since the running one began.
 * A sync that failed is final, and every later flush fails as it did: the kernel reports lost pages once, drops them,
 * and a second try would claim success.
 */
export class GroupSync {
  readonly #sync: () => Promise<void>;
  /** The newest flush, running or waiting or done. */
  #last: Promise<void> = Promise.resolve();
  #waiting: Promise<void> | undefined;

  constructor(sync: () => Promise<void>) {
    this.#sync = sync;
  }

  /** Resolves when all that was written before this call is on disk. */
  flush(): Promise<void> {
    this.#waiting ??= this.#last = this.#last.then(() => {
      // Whoever writes from now on may be too late for this one.
      this.#waiting = undefined;
      return this.#sync();
    });
    return this.#waiting;
  }

  /** Resolves when all flushes asked for so far are done. */
  settled(): Promise<void> {
    return this.#last;
  }
}
