/** Runs what concerns one node one after another, so that two callers cannot both take its last free place. */
export class NodeTurns {
  readonly #last = new Map<string, Promise<unknown>>();

  async run<T>(nodeName: string, work: () => Promise<T>): Promise<T> {
    // How an earlier turn ended is for its own caller to hear.
    const before = Promise.allSettled([this.#last.get(nodeName)]);
    const turn = before.then(work);
    this.#last.set(nodeName, turn);
    try {
      return await turn;
    } finally {
      if (this.#last.get(nodeName) === turn) this.#last.delete(nodeName);
    }
  }
}
