import { messageOf, VolumeError } from '../domain/errors.ts';
import type { FilesystemRegistry } from '../filesystem/registry.ts';
import { findVolume } from './find.ts';
import { openPool, type PoolDeps } from './open-pool.ts';
import type { Pool, PoolSettings } from './pool.ts';
import type { VolumeRecord } from './record.ts';

/** Milliseconds until a pool that could not be opened is tried again. */
const RETRY_MS = 5_000;

const BEING_OPENED = 'it is being opened';

export interface FoundVolume {
  readonly pool: Pool;
  readonly record: VolumeRecord;
}

type PoolPlace = Pick<PoolSettings, 'name' | 'path'>;

/** Remembers which pools this node has seen, so that one that is not mounted is not taken for a new one. */
export interface KnownPools {
  uuidOf(pool: PoolPlace): Promise<string | undefined>;
  remember(pool: PoolPlace, uuid: string): Promise<void>;
}

/** This node's pools. One that cannot be opened does not keep the others from serving; it is tried again. */
export class PoolSet {
  readonly #settings: readonly PoolSettings[];
  readonly #deps: PoolDeps;
  readonly #known: KnownPools;
  readonly #open = new Map<string, Pool>();
  readonly #problems = new Map<string, string>();
  readonly #unattended = new Map<string, string>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  #closed = false;
  #onOpen: (pool: Pool) => Promise<void> = () => Promise.resolve();

  constructor(settings: readonly PoolSettings[], deps: PoolDeps, known: KnownPools) {
    this.#settings = settings;
    this.#deps = deps;
    this.#known = known;
  }

  get names(): readonly string[] {
    return this.#settings.map(({ name }) => name);
  }

  /** That volumes in them may have. */
  get filesystems(): FilesystemRegistry {
    return this.#deps.filesystems;
  }

  /** Why pools are not open, by name. */
  problems(): ReadonlyMap<string, string> {
    return this.#problems;
  }

  /** As `problems`, without the pools that are being opened: a former driver may still have them, and speak for them. */
  failures(): ReadonlyMap<string, string> {
    return new Map([...this.#problems].filter(([, problem]) => problem !== BEING_OPENED));
  }

  /** Why the listener of `eachOpen` could not take pools that are open, by name; it is asked again. */
  unattended(): ReadonlyMap<string, string> {
    return this.#unattended;
  }

  /** The pools that are open. */
  all(): readonly Pool[] {
    return [...this.#open.values()];
  }

  /**
   * The volume of this id, in whichever pool has it; when several do, the one of this uuid. Throws FailedPrecondition when
   * nothing tells which of them is meant, and what findVolume throws.
   */
  async find(id: string, uuid?: string): Promise<FoundVolume | undefined> {
    const found: FoundVolume[] = [];
    for (const pool of this.#open.values()) {
      const record = await findVolume(pool, id);
      if (record !== undefined) found.push({ pool, record });
    }
    const meant = found.find(({ record }) => record.uuid === uuid);
    if (meant !== undefined || found.length < 2) return meant ?? found[0];
    const holders = found.map(({ pool, record }) => `${pool.name} (uuid ${record.uuid})`).join(' and ');
    throw new VolumeError('FailedPrecondition', `volume ${id} is in pools ${holders}: move one of them away`);
  }

  /** Opens what can be opened; the rest is tried again until `close`. */
  async open(): Promise<void> {
    for (const { name } of this.#settings) this.#problems.set(name, BEING_OPENED);
    await Promise.all(this.#settings.map((settings) => this.#tryOpen(settings)));
  }

  /** Calls `listener` for every open pool, now and whenever one opens later. */
  async eachOpen(listener: (pool: Pool) => Promise<void>): Promise<void> {
    this.#onOpen = listener;
    for (const pool of this.all()) await listener(pool);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    await Promise.all(this.all().map((pool) => pool.close()));
    this.#open.clear();
  }

  async #tryOpen(settings: PoolSettings): Promise<void> {
    const { name } = settings;
    try {
      // Already open when it was the listener that failed.
      const pool = this.#open.get(name) ?? (await this.#openNow(settings));
      if (pool === undefined) return;
      this.#problems.delete(name);
      await this.#onOpen(pool);
      this.#unattended.delete(name);
    } catch (error) {
      this.#failed(name, error);
      if (this.#closed) return;
      const retry = setTimeout(() => void this.#tryOpen(settings), RETRY_MS);
      this.#timers.set(name, retry.unref());
    }
  }

  /** Says the same thing once. */
  #failed(name: string, error: unknown): void {
    const isOpen = this.#open.has(name);
    const reasons = isOpen ? this.#unattended : this.#problems;
    const message = messageOf(error);
    const text = isOpen ? 'pool is open and not attended to, trying again' : 'pool cannot be opened, trying again';
    if (reasons.get(name) !== message) this.#deps.log.error({ pool: name, err: error }, text);
    reasons.set(name, message);
  }

  /** Undefined when all was closed meanwhile. A pool that cannot be remembered is given up, so that a retry gets its lock. */
  async #openNow(settings: PoolSettings): Promise<Pool | undefined> {
    const { name } = settings;
    const knownUuid = await this.#known.uuidOf(settings);
    const pool = await openPool({ ...settings, ...(knownUuid !== undefined && { knownUuid }) }, this.#deps);
    try {
      if (knownUuid === undefined) await this.#known.remember(settings, pool.uuid);
    } catch (error) {
      await pool.close();
      throw error;
    }
    if (this.#closed) {
      await pool.close();
      return undefined;
    }
    this.#open.set(name, pool);
    return pool;
  }
}
