import type { Logger } from 'pino';
import type { KubernetesCollection } from '../catalog/kubernetes/collection.ts';
import type { Call } from '../csi/server/unary.ts';
import { messageOf } from '../domain/errors.ts';

export interface ResourceLoopOptions<Spec, Status> {
  /** For the log. */
  readonly kind: string;
  /** Closed at the end. */
  readonly collection: KubernetesCollection<Spec, Status>;
  readonly work: (name: string, call: Call) => Promise<void>;
  readonly log: Logger;
  /** Milliseconds between two looks at all of them. */
  readonly intervalMs?: number | undefined;
}

const INTERVAL_MS = 15_000;
const CALL_MS = 30_000;

/** Works on every resource of a kind when it changes, and on all of them from time to time. */
export class ResourceLoop<Spec, Status> {
  readonly #options: ResourceLoopOptions<Spec, Status>;
  readonly #stopping = new AbortController();
  readonly #running = new Map<string, Promise<void>>();
  readonly #again = new Set<string>();
  #stopWatching: () => void = () => undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ResourceLoopOptions<Spec, Status>) {
    this.#options = options;
  }

  start(): void {
    const { collection, kind, log, intervalMs = INTERVAL_MS } = this.#options;
    this.#stopWatching = collection.watch(({ id }) => {
      this.#look(id);
    });
    const lookAtAll = (): void => {
      collection
        .list()
        .then((resources) => {
          for (const { id } of resources) this.#look(id);
        })
        .catch((error: unknown) => {
          log.warn({ kind, error: messageOf(error) }, 'resources cannot be listed; it is tried again');
        });
    };
    this.#timer = setInterval(lookAtAll, intervalMs);
    lookAtAll();
  }

  /** Breaks off what is under way, as a crash would: the next one finds what is there. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    clearInterval(this.#timer);
    this.#stopWatching();
    await Promise.all([...this.#running.values(), this.#options.collection.close()]);
  }

  /** One after another for each; what changes meanwhile is looked at afterwards. */
  #look(name: string): void {
    if (this.#stopping.signal.aborted) return;
    if (this.#running.has(name)) {
      this.#again.add(name);
      return;
    }
    const run = this.#work(name).finally(() => {
      this.#running.delete(name);
      if (this.#again.delete(name)) this.#look(name);
    });
    this.#running.set(name, run);
  }

  async #work(name: string): Promise<void> {
    const { kind, work, log } = this.#options;
    try {
      await work(name, { signal: this.#stopping.signal, deadline: Date.now() + CALL_MS });
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      log.warn({ kind, name, error: messageOf(error) }, 'the work on a resource failed; it is tried again');
    }
  }
}
