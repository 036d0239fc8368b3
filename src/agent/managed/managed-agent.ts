import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Catalog } from '../../catalog/catalog.ts';
import type { EventRecorder } from '../../domain/event.ts';
import {
  isManagedPool,
  managedPoolName,
  sharedManagedPoolId,
  type PoolCondition,
  type PoolResource,
} from '../../domain/pool.ts';
import { deleteManaged } from '../../managed/delete-volume.ts';
import { refreshIdentities, type ManagedPlace } from '../../managed/managed-place.ts';
import { rootProblems } from '../../managed/root-problems.ts';
import { discardLeftovers } from '../discard-leftovers.ts';
import type { Place } from '../place.ts';
import type { PoolReporter } from '../pool-reporter.ts';
import { poolResourceId, registerPool } from '../register-pool.ts';
import { takeOver } from '../take-over-pool.ts';
import { adoptManaged } from './adopt-managed.ts';
import { placeOf } from './managed-place.ts';

/** Milliseconds. */
const FIRST_MS = 3_000;

export interface ManagedAgentDeps {
  readonly catalog: Catalog;
  readonly place: ManagedPlace;
  readonly nodeName: string;
  readonly ownsCatalog: boolean;
  readonly reporter: PoolReporter;
  readonly events: EventRecorder;
  readonly log: Logger;
  /** What the agent serves, by the ids of Pool resources; what is served here is put into it. */
  readonly serving: Map<string, Place>;
  readonly work: {
    /** Tries until it succeeds; resolves after the first attempt. */
    first(attempt: () => Promise<void>, what: string): Promise<void>;
    /** Looks at all that has waited for the pool of this id. */
    resume(id: string): Promise<void>;
  };
}

/** Where a node's managed volumes are: nowhere without roots, unless there are volumes from when there were some. */
export function managedPoolIds({ roots, records }: ManagedPlace, nodeName: string): readonly string[] {
  return roots.length > 0 || records.size > 0 ? [poolResourceId(nodeName, managedPoolName)] : [];
}

/** The part of the agent that acts for the node's managed volumes, as for a pool that has no room to count. */
export class ManagedAgent {
  readonly #deps: ManagedAgentDeps;
  readonly #id: string;

  constructor(deps: ManagedAgentDeps) {
    this.#deps = deps;
    this.#id = poolResourceId(deps.nodeName, managedPoolName);
  }

  /** Of the Pool resources that it acts for. */
  get ids(): readonly string[] {
    return managedPoolIds(this.#deps.place, this.#deps.nodeName);
  }

  async register(): Promise<void> {
    if (this.ids.length > 0) await this.#registered();
  }

  /**
   * Serves what there is, and tries until it does; resolves after the first attempt, or soon: a network filesystem that
   * hangs must not keep the rest of the agent from its work. Safe to repeat.
   */
  async begin(): Promise<void> {
    if (this.ids.length === 0) return;
    const attempt = this.#deps.work.first(() => this.#serve(), 'serving managed volumes');
    await Promise.race([attempt, delay(FIRST_MS, undefined, { ref: false })]);
  }

  /** A node that was given up while it was alive says so by being there again. */
  poolChanged(id: string, resource: PoolResource | undefined): void {
    if (!this.ids.includes(id)) return;
    if (resource === undefined) void this.begin();
    else if (resource.spec.discard !== undefined) {
      void this.#deps.work.first(() => this.#discard(), 'discarding leftovers of managed volumes');
    }
  }

  async reportAll(): Promise<void> {
    if (this.#deps.serving.has(this.#id) && !(await this.#report())) await this.begin();
  }

  async #serve(): Promise<void> {
    const { catalog, ownsCatalog, place, serving, events, log, work } = this.#deps;
    const id = this.#id;
    const present = (await catalog.pools.find(id)) ?? (await this.#registered());
    if (ownsCatalog && present !== undefined) await takeOver(present, isFormer, catalog, log);
    await refreshIdentities(place);
    await this.#discard();
    await adoptManaged(place, { id, isShared: false }, { catalog, events, log });
    serving.set(id, placeOf(place, false));
    await this.#report();
    await work.resume(id);
  }

  #registered(): Promise<PoolResource | undefined> {
    const { catalog, nodeName, place } = this.#deps;
    return registerPool(catalog, nodeName, managedPoolName, place.roots);
  }

  #discard(): Promise<void> {
    const { catalog, place, log } = this.#deps;
    return discardLeftovers(this.#id, (id, uuid) => deleteManaged(place, id, uuid), catalog, log);
  }

  /** False when its resource is not there: somebody has deleted it. */
  async #report(): Promise<boolean> {
    const { place, reporter } = this.#deps;
    const problems = await rootProblems(place);
    const conditions: PoolCondition[] = problems.map((problem) => ({ status: 'DEGRADED', ...problem }));
    // With one root of several away, the others serve.
    const ready = place.roots.length > problems.filter(({ reason }) => reason === 'RootMissing').length;
    return (await reporter.reportSeen(this.#id, { ready, conditions })) !== undefined;
  }
}

/** In a catalog of one node, the managed volumes of another node are those of this one under its former name. */
function isFormer(pool: PoolResource): boolean {
  return isManagedPool(pool) && pool.id !== sharedManagedPoolId;
}
