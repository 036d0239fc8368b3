import type { Logger } from 'pino';
import { ConflictError, type Collection } from '../catalog/catalog.ts';
import { modifyStatus } from '../catalog/modify.ts';
import { messageOf, VolumeError } from '../domain/errors.ts';
import { isSettled, type Failure, type Resource } from '../domain/resource.ts';

/** The part of spec and status through which a controller asks and an agent answers. */
interface Request {
  readonly revision: number;
  readonly desired: 'Present' | 'Absent';
  readonly pool: string;
}

interface Answer {
  readonly observedRevision: number;
  readonly failure?: Failure | undefined;
}

export interface ReconcilerOptions<Spec, Status> {
  readonly kind: string;
  readonly collection: Collection<Resource<Spec, Status>>;
  /** Whether the agent acts for this pool, and it is open. */
  readonly isOurs: (pool: string) => boolean;
  /** Makes the pool match the resource and answers in its status; what it throws becomes the status's failure. */
  readonly reconcile: (resource: Resource<Spec, Status>) => Promise<void>;
  readonly log: Logger;
  /** Milliseconds until work whose outcome could not be written down is tried again. */
  readonly retryMs?: number;
}

const RETRY_MS = 5_000;

/**
 * Brings every resource that waits for this agent to what its spec asks for: one run at a time for each, another one
 * when it changed meanwhile. All it needs to know is in the catalog, so a restart continues where it stopped.
 */
export class Reconciler<Spec extends Request, Status extends Answer> {
  readonly #options: ReconcilerOptions<Spec, Status>;
  readonly #running = new Map<string, Promise<void>>();
  readonly #stopWatching: () => void;
  #stopped = false;

  constructor(options: ReconcilerOptions<Spec, Status>) {
    this.#options = options;
    this.#stopWatching = options.collection.watch(({ resource }) => {
      if (resource !== undefined) this.#consider(resource);
    });
  }

  /** Looks at everything in a pool that has become ours: what waited while nobody acted for it. */
  async resume(pool: string): Promise<void> {
    for (const resource of await this.#options.collection.list({ pool })) this.#consider(resource);
  }

  /** How many resources are being worked on. */
  get depth(): number {
    return this.#running.size;
  }

  /** Takes no more work and waits for what runs. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopWatching();
    await Promise.all(this.#running.values());
  }

  #consider(resource: Resource<Spec, Status>): void {
    if (
      this.#stopped ||
      isSettled(resource) ||
      this.#running.has(resource.id) ||
      !this.#options.isOurs(resource.spec.pool)
    )
      return;
    const run = this.#run(resource)
      .catch((error: unknown) => {
        this.#retryLater(resource.id, error);
      })
      .finally(() => this.#running.delete(resource.id));
    this.#running.set(resource.id, run);
  }

  /** The catalog's disk may be full for a while: nobody else would come back to this resource then. */
  #retryLater(id: string, error: unknown): void {
    const { kind, collection, log, retryMs = RETRY_MS } = this.#options;
    log.error({ kind, id, err: error }, 'the catalog did not take an answer, trying again');
    const retry = async (): Promise<void> => {
      const resource = this.#stopped ? undefined : await collection.find(id);
      if (resource !== undefined) this.#consider(resource);
    };
    setTimeout(() => {
      retry().catch((again: unknown) => {
        this.#retryLater(id, again);
      });
    }, retryMs).unref();
  }

  async #run(first: Resource<Spec, Status>): Promise<void> {
    let resource: Resource<Spec, Status> | undefined = first;
    while (resource !== undefined && !isSettled(resource) && !this.#stopped) {
      try {
        await this.#options.reconcile(resource);
      } catch (error) {
        if (!(error instanceof ConflictError)) await this.#fail(resource, error);
      }
      resource = await this.#options.collection.find(resource.id);
    }
  }

  async #fail(resource: Resource<Spec, Status>, error: unknown): Promise<void> {
    const { kind, collection, log } = this.#options;
    const reason = error instanceof VolumeError ? error.reason : 'Internal';
    const detail = error instanceof VolumeError ? { error: error.message } : { err: error };
    log.warn({ kind, id: resource.id, reason, ...detail }, 'reconcile failed');
    await modifyStatus(collection, resource.id, (now) => ({
      ...now.status,
      observedRevision: resource.spec.revision,
      failure: { reason, message: messageOf(error) },
    }));
  }
}
