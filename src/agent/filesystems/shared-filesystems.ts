import { sharedFilesystemPoolId } from '../../domain/pool.ts';
import type { Volume } from '../../domain/volume.ts';
import { isSharedElsewhere } from '../../filesystem/registered/registration.ts';
import type { FilesystemRegistry } from '../../filesystem/registry.ts';
import type { PoolSet } from '../../pool/pool-set.ts';
import type { Adoption } from '../adopt-records.ts';
import type { PoolReporter } from '../pool-reporter.ts';
import { SharedPool, type SharedPoolDeps } from '../shared/shared-pool.ts';
import type { NodePools } from '../shared/use-elsewhere.ts';
import { reconcileShared } from './reconcile-shared.ts';
import { sharedFilesystem, type SharedFilesystem } from './shared-filesystem.ts';

export interface SharedFilesystemsDeps extends SharedPoolDeps, Adoption, NodePools {
  readonly pools: PoolSet;
  readonly reporter: PoolReporter;
}

/** The Pool resources of the registered filesystems that store elsewhere and that nodes share. */
export function sharedFilesystemPoolIds(registry: FilesystemRegistry): readonly string[] {
  return namesOf(registry).map(sharedFilesystemPoolId);
}

/**
 * The part of a node's agent that acts for them. Where the catalog is of one node there is nobody to share with: there
 * such volumes are in its pools, as all others are.
 */
export class SharedFilesystems {
  readonly #deps: SharedFilesystemsDeps;
  readonly #shared = new Map<string, { readonly pool: SharedPool; readonly holding: SharedFilesystem }>();

  constructor(deps: SharedFilesystemsDeps) {
    this.#deps = deps;
    const { pools, ownsCatalog } = deps;
    for (const name of ownsCatalog ? [] : namesOf(pools.filesystems)) {
      const holding = sharedFilesystem(name, pools, deps);
      this.#shared.set(holding.id, { holding, pool: new SharedPool(deps, holding) });
    }
  }

  /** Of the Pool resources. */
  get ids(): readonly string[] {
    return [...this.#shared.keys()];
  }

  /** Whether it is this agent that does what the catalog asks of the pool. */
  actsFor(id: string): boolean {
    return this.#shared.get(id)?.pool.acts === true;
  }

  /** As `SharedPool`. */
  async look(): Promise<void> {
    for (const { pool } of this.#shared.values()) await pool.look();
  }

  /** Puts what the catalog has lost of a pool back into it; false when it is none of these. */
  async adoptAgain(id: string): Promise<boolean> {
    const shared = this.#shared.get(id);
    if (shared?.pool.acts === true) await shared.holding.begin();
    return shared !== undefined;
  }

  async reconcile(volume: Volume): Promise<void> {
    const shared = this.#shared.get(volume.spec.pool);
    if (shared === undefined) throw new Error(`pool ${volume.spec.pool} is not shared here`);
    const { catalog, nodeName, poolNames } = this.#deps;
    await reconcileShared(volume, shared.holding, { catalog, nodeName, poolNames });
  }

  stop(): void {
    for (const { pool } of this.#shared.values()) pool.stop();
  }
}

function namesOf(registry: FilesystemRegistry): readonly string[] {
  return registry.names.filter((name) => {
    const registration = registry.directory(name);
    return registration !== undefined && isSharedElsewhere(registration);
  });
}
