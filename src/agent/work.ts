/** How the parts of an agent have work done, in the agent's own time: what stops the agent ends it. */
export interface Work {
  /** Tries until it succeeds; resolves after the first attempt. */
  first(attempt: () => Promise<void>, what: string): Promise<void>;
  /** Looks at all that has waited for the pool of this id. */
  resume(id: string): Promise<void>;
  /** The agent does not stop before this is over, which never throws. */
  run(task: Promise<void>): void;
}
