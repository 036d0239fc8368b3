import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import { ConflictError, type Collection } from '../catalog/catalog.ts';
import { messageOf, VolumeError } from '../domain/errors.ts';
import { isSettled, type Failure, type Resource } from '../domain/resource.ts';
import { answer } from './answer.ts';
import { CatalogError } from './catalog-error.ts';
import { backoffMs } from './retry.ts';
import type { TroubleLog } from './trouble-log.ts';
import { UnfinishedError } from './unfinished-error.ts';

/** The part of spec and status through which a controller asks and an agent answers. */
interface Request {
  readonly revision: number;
  readonly desired: 'Present' | 'Absent';
  readonly pool: string;
  readonly uuid: string;
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
  /** Whether something else comes first, after which the resource is told of anew. */
  readonly waits?: (resource: Resource<Spec, Status>) => boolean;
  /**
   * Makes the pool match the resource and answers in its status; what it throws becomes the status's failure, but for a
   * CatalogError and an UnfinishedError: then it runs again.
   */
  readonly reconcile: (resource: Resource<Spec, Status>) => Promise<void>;
  readonly log: Logger;
  readonly troubles: TroubleLog;
  /** Milliseconds until work whose outcome could not be written down is tried again; longer each time. */
  readonly retryMs?: number;
}

const RETRY_MS = 1_000;

/**
 * Brings every resource that waits for this agent to what its spec asks for: one run at a time for each, another one
 * when it changed meanwhile. All it needs to know is in the catalog, so a restart continues where it stopped.
 */
export class Reconciler<Spec extends Request, Status extends Answer> {
  readonly #options: ReconcilerOptions<Spec, Status>;
  readonly #running = new Map<string, Promise<void>>();
  /** What has changed since the last look of the run that is under way: the answer to that look may be older. */
  readonly #missed = new Set<string>();
  /** How often in a row the catalog has not taken what came of it. */
  readonly #failures = new Map<string, number>();
  readonly #retries = new Map<string, NodeJS.Timeout>();
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

  /** Tries a deletion once more that was refused, when it is still asked for. */
  async retryDeletion(id: string): Promise<void> {
    const resource = await this.#options.collection.find(id);
    const isRefused = resource?.spec.desired === 'Absent' && resource.status.failure !== undefined;
    if (resource !== undefined && isRefused) this.#consider(resource, true);
  }

  /** Tries once more what could not be made, when that is still asked for: for what no controller takes away then. */
  async retryCreation(id: string): Promise<void> {
    const resource = await this.#options.collection.find(id);
    const isFailed = resource?.spec.desired === 'Present' && resource.status.failure !== undefined;
    if (resource !== undefined && isFailed) this.#consider(resource, true);
  }

  /** Whether the agent acts for this pool now. */
  isOurs(pool: string): boolean {
    return this.#options.isOurs(pool);
  }

  /** How many resources are being worked on. */
  get depth(): number {
    return this.#running.size;
  }

  /** Takes no more work and waits for what runs. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopWatching();
    for (const retry of this.#retries.values()) clearTimeout(retry);
    await Promise.all(this.#running.values());
  }

  #consider(resource: Resource<Spec, Status>, evenIfSettled = false): void {
    const { id } = resource;
    if (this.#stopped || !this.#isOurTurn(resource)) return;
    if (isSettled(resource) && !evenIfSettled) return;
    if (this.#running.has(id)) {
      this.#missed.add(id);
      return;
    }
    const run = this.#run(resource, evenIfSettled)
      .then(
        () => {
          this.#worked(id);
        },
        (error: unknown) => {
          this.#retryLater(id, error);
        },
      )
      .finally(() => {
        this.#running.delete(id);
        if (this.#missed.delete(id) && !this.#stopped) this.#comeBack(id);
      });
    this.#running.set(id, run);
  }

  #isOurTurn(resource: Resource<Spec, Status>): boolean {
    const { isOurs, waits } = this.#options;
    return isOurs(resource.spec.pool) && waits?.(resource) !== true;
  }

  #worked(id: string): void {
    this.#failures.delete(id);
    this.#options.troubles.worked(this.#what);
  }

  get #what(): string {
    return `writing down what came of a ${this.#options.kind}`;
  }

  /** The catalog may be away for a while: nobody else would come back to this resource then. */
  #retryLater(id: string, error: unknown): void {
    const { troubles, retryMs = RETRY_MS } = this.#options;
    if (this.#stopped) return;
    troubles.failed(this.#what, error);
    const failures = (this.#failures.get(id) ?? 0) + 1;
    this.#failures.set(id, failures);
    const timer = setTimeout(
      () => {
        this.#retries.delete(id);
        this.#comeBack(id);
      },
      backoffMs(failures, retryMs),
    );
    clearTimeout(this.#retries.get(id));
    this.#retries.set(id, timer.unref());
  }

  #comeBack(id: string): void {
    this.#options.collection
      .find(id)
      .then((resource) => {
        if (resource === undefined) this.#failures.delete(id);
        else this.#consider(resource);
      })
      .catch((error: unknown) => {
        this.#retryLater(id, error);
      });
  }

  async #run(first: Resource<Spec, Status>, evenIfSettled: boolean): Promise<void> {
    let resource: Resource<Spec, Status> | undefined = first;
    let isDue = evenIfSettled || !isSettled(first);
    while (resource !== undefined && isDue && !this.#stopped) {
      try {
        await this.#options.reconcile(resource);
      } catch (error) {
        if (error instanceof CatalogError || error instanceof UnfinishedError) throw error;
        if (!(error instanceof ConflictError)) await this.#fail(resource, error);
      }
      this.#missed.delete(resource.id);
      resource = await this.#options.collection.find(resource.id);
      isDue = resource !== undefined && !isSettled(resource) && this.#isOurTurn(resource);
    }
  }

  async #fail(resource: Resource<Spec, Status>, error: unknown): Promise<void> {
    const { kind, collection, log } = this.#options;
    const reason = error instanceof VolumeError ? error.reason : 'Internal';
    const detail = error instanceof VolumeError ? { error: error.message } : { err: error };
    log.warn({ kind, id: resource.id, reason, ...detail }, 'reconcile failed');
    const { revision, pool } = resource.spec;
    // Whoever reads of a claim does not know where its volume is.
    const where = reason === 'ResourceExhausted' ? `pool ${pool}: ` : '';
    const outcome = { observedRevision: revision, failure: { reason, message: `${where}${messageOf(error)}` } };
    await answer(collection, resource, ({ status }) => {
      const { observedRevision, failure } = status;
      return isDeepStrictEqual({ observedRevision, failure }, outcome) ? undefined : { ...status, ...outcome };
    });
  }
}
