import type { Logger } from 'pino';
import type { Pool } from '../pool/pool.ts';
import type { ManagedPlace } from '../managed/managed-place.ts';
import type { SharedFilesystems } from './filesystems/shared-filesystems.ts';
import { reconcileManaged } from './managed/reconcile-managed.ts';
import { reconcileGroup } from './reconcile-group.ts';
import { reconcileSnapshot } from './reconcile-snapshot.ts';
import { reconcileVolume, type ReconcileDeps } from './reconcile-volume.ts';
import { Reconciler } from './reconciler.ts';
import type { NodePools } from './shared/use-elsewhere.ts';
import type { TroubleLog } from './trouble-log.ts';

/** A reconciler, whatever it reconciles. */
type Worker = Pick<Reconciler<never, never>, 'resume' | 'stop' | 'depth'>;

export interface Reconcilers {
  readonly volumes: Worker & Pick<Reconciler<never, never>, 'retryDeletion' | 'retryCreation' | 'isOurs'>;
  readonly all: readonly Worker[];
}

/** What the agent serves that is no pool of images. */
interface OtherPlaces extends NodePools {
  readonly place: ManagedPlace | undefined;
  /** Whether it acts for this pool of managed volumes. */
  isServed(pool: string): boolean;
  readonly shared: Pick<SharedFilesystems, 'actsFor' | 'reconcile'>;
}

/** One for each kind that an agent works on, for the pools that are served now. */
export function reconcilersOf(
  deps: ReconcileDeps,
  serving: ReadonlyMap<string, Pool>,
  others: OtherPlaces,
  logs: { readonly log: Logger; readonly troubles: TroubleLog },
): Reconcilers {
  const { catalog } = deps;
  const common = { ...logs, isOurs: (pool: string) => serving.has(pool) };
  const { place, nodeName, poolNames, shared } = others;
  const volumes = new Reconciler({
    ...common,
    isOurs: (pool) => serving.has(pool) || others.isServed(pool) || shared.actsFor(pool),
    kind: 'volume',
    collection: catalog.volumes,
    reconcile: (volume) => {
      const { pool } = volume.spec;
      if (shared.actsFor(pool)) return shared.reconcile(volume);
      if (place !== undefined && others.isServed(pool)) {
        return reconcileManaged(volume, place, { ...deps, nodeName, poolNames });
      }
      return reconcileVolume(volume, poolOf(serving, pool), deps);
    },
  });
  const snapshots = new Reconciler({
    ...common,
    kind: 'snapshot',
    collection: catalog.snapshots,
    reconcile: (snapshot) => reconcileSnapshot(snapshot, poolOf(serving, snapshot.spec.pool), deps),
  });
  const groups = new Reconciler({
    ...common,
    kind: 'group',
    collection: catalog.groups,
    reconcile: (group) => reconcileGroup(group, poolOf(serving, group.spec.pool), deps),
  });
  return { volumes, all: [volumes, snapshots, groups] };
}

function poolOf(serving: ReadonlyMap<string, Pool>, id: string): Pool {
  const pool = serving.get(id);
  if (pool === undefined) throw new Error(`pool ${id} is not served here`);
  return pool;
}
