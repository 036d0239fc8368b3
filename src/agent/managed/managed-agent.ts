import { setTimeout as delay } from 'node:timers/promises';
import {
  isManagedPool,
  managedPoolName,
  sharedManagedPoolId,
  type ManagedRoot,
  type PoolCondition,
  type PoolResource,
} from '../../domain/pool.ts';
import type { Volume } from '../../domain/volume.ts';
import { deleteManaged } from '../../managed/delete-volume.ts';
import type { ManagedPlace } from '../../managed/managed-place.ts';
import { refreshIdentities } from '../../managed/refresh-identities.ts';
import { rootProblems } from '../../managed/root-problems.ts';
import { discardLeftovers } from '../discard-leftovers.ts';
import { poolResourceId, registerPool } from '../register-pool.ts';
import { takeOver } from '../take-over-pool.ts';
import { adoptManaged } from './adopt-managed.ts';
import type { Claims } from './claims.ts';
import { comeHome } from './come-home.ts';
import type { ManagedAgentDeps } from './deps.ts';
import { waitsForHome } from './homes.ts';
import { placeOf } from './managed-place.ts';
import { reconcileManaged } from './reconcile-managed.ts';
import { reconcileShared } from './reconcile-shared.ts';
import { sharedDirectories, sharesDirectories } from './shared-directories.ts';
import { SharedPool } from '../shared/shared-pool.ts';

/** Milliseconds. */
const FIRST_MS = 3_000;

/** Where a node's managed volumes are: nowhere without roots, unless there are volumes from when there were some. */
export function managedPoolIds(place: ManagedPlace, nodeName: string): readonly string[] {
  if (place.roots.length === 0 && place.records.size === 0) return [];
  const own = poolResourceId(nodeName, managedPoolName);
  return sharesDirectories(place) ? [own, sharedManagedPoolId] : [own];
}

/** The part of the agent that acts for the node's managed volumes, as for a pool that has no room to count. */
export class ManagedAgent {
  readonly #deps: ManagedAgentDeps;
  readonly #claims: Claims = new Map();
  readonly #id: string;
  readonly #shared: SharedPool;

  constructor(deps: Omit<ManagedAgentDeps, 'report'>) {
    const report: ManagedAgentDeps['report'] = (id, isOfIt) => this.#report(id, isOfIt);
    this.#deps = { ...deps, report };
    this.#shared = new SharedPool(this.#deps, sharedDirectories(this.#claims, this.#deps));
    this.#id = poolResourceId(deps.nodeName, managedPoolName);
  }

  /** Of the Pool resources that it acts for. */
  get ids(): readonly string[] {
    return managedPoolIds(this.#deps.place, this.#deps.nodeName);
  }

  /** Whether it is this agent that does what the catalog asks of the pool. */
  actsFor(id: string): boolean {
    if (id === sharedManagedPoolId) return this.#shared.acts;
    return id === this.#id && this.#deps.serving.has(id);
  }

  /** Whether another node is to let go of the volume first. */
  waits(volume: Volume): boolean {
    return volume.spec.pool === sharedManagedPoolId && waitsForHome(volume, this.#deps);
  }

  reconcile(volume: Volume): Promise<void> {
    if (volume.spec.pool !== sharedManagedPoolId) return reconcileManaged(volume, this.#deps);
    const requireActing = () => this.#shared.requireActing();
    return reconcileShared(volume, { ...this.#deps, claims: this.#claims, requireActing });
  }

  stop(): void {
    this.#shared.stop();
  }

  async register(): Promise<void> {
    if (this.ids.length > 0) await this.#registered();
  }

  /**
   * Serves what there is, and tries until it does; resolves after the first attempt, or soon: a network filesystem that
   * hangs must not keep the rest of the agent from its work. Safe to repeat.
   */
  async begin(): Promise<void> {
    if (this.ids.length === 0) {
      void this.#deps.work.first(() => this.#shared.leave(), 'leaving what nodes share');
      return;
    }
    const attempt = this.#deps.work.first(() => this.#serve(), 'serving managed volumes');
    await Promise.race([attempt, delay(FIRST_MS, undefined, { ref: false })]);
  }

  /** A node that was given up while it was alive says so by being there again. */
  poolChanged(id: string, resource: PoolResource | undefined): void {
    if (id !== this.#id || this.ids.length === 0) return;
    if (resource === undefined) void this.begin();
    else if (resource.spec.discard !== undefined) {
      void this.#deps.work.first(() => this.#discard(), 'discarding leftovers of managed volumes');
    }
  }

  async reportAll(): Promise<void> {
    if (!this.#deps.serving.has(this.#id)) return;
    if (!(await this.#report(this.#id, () => true))) await this.begin();
    await this.#shared.look();
  }

  async #serve(): Promise<void> {
    const { catalog, nodeName, ownsCatalog, place, serving, events, log, work } = this.#deps;
    const id = this.#id;
    const present = (await catalog.pools.find(id)) ?? (await this.#registered());
    if (ownsCatalog && present !== undefined) await takeOver(present, isFormer, catalog, log);
    await refreshIdentities(place);
    await this.#discard();
    await adoptManaged(place, { id, isShared: false }, { catalog, events, log });
    serving.set(id, placeOf(place, false));
    await this.#report(id, () => true);
    await work.resume(id);
    if (ownsCatalog) await comeHome(nodeName, catalog);
    await this.#shared.look();
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
  async #report(id: string, isOfIt: (root: ManagedRoot) => boolean): Promise<boolean> {
    const { place, reporter } = this.#deps;
    const roots = place.roots.filter(isOfIt);
    const problems = await rootProblems(place, roots);
    const conditions: PoolCondition[] = problems.map((problem) => ({ status: 'DEGRADED', ...problem }));
    // With one root of several away, the others serve.
    const ready = roots.length > problems.filter(({ reason }) => reason === 'RootMissing').length;
    return (await reporter.reportSeen(id, { ready, conditions })) !== undefined;
  }
}

/** In a catalog of one node, the managed volumes of another node are those of this one under its former name. */
function isFormer(pool: PoolResource): boolean {
  return isManagedPool(pool) && pool.id !== sharedManagedPoolId;
}
