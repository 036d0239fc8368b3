/**
 * Runs what concerns one node one after another, so that two callers cannot both take its last free place. Callers of this
 * process, that is: two replicas of the controller may, when each grants at the same moment. The csi-attacher talks to one
 * of them alone (leader election), and the scheduler keeps to NodeGetInfo's max_volumes_per_node before that.
 */
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
