import type { Logger } from 'pino';
import { refuseLocked } from '../domain/delete-lock.ts';
import { nameOfVolume } from '../domain/volume-name.ts';
import type { Volume } from '../domain/volume.ts';
import type { Pool } from '../pool/pool.ts';
import { reconcileGroup } from './reconcile-group.ts';
import { reconcileSnapshot } from './reconcile-snapshot.ts';
import { reconcileVolume, type ReconcileDeps } from './reconcile-volume.ts';
import { Reconciler } from './reconciler.ts';
import type { TroubleLog } from './trouble-log.ts';

/** A reconciler, whatever it reconciles. */
type Worker = Pick<Reconciler<never, never>, 'resume' | 'stop' | 'depth'>;

export interface Reconcilers {
  readonly volumes: Worker & Pick<Reconciler<never, never>, 'retryDeletion' | 'retryCreation' | 'isOurs'>;
  readonly snapshots: Pick<Reconciler<never, never>, 'retryDeletion' | 'isOurs'>;
  readonly all: readonly Worker[];
}

/** What acts for pools that are not of images. */
interface OtherPools {
  actsFor(pool: string): boolean;
  /** Whether a volume of a pool that it acts for is for another node to work on first. */
  waits?(volume: Volume): boolean;
  reconcile(volume: Volume): Promise<void>;
}

/** One for each kind that an agent works on, for the pools that are served now. */
export function reconcilersOf(
  deps: ReconcileDeps,
  serving: ReadonlyMap<string, Pool>,
  others: readonly OtherPools[],
  logs: { readonly log: Logger; readonly troubles: TroubleLog },
): Reconcilers {
  const { catalog } = deps;
  const common = { ...logs, isOurs: (pool: string) => serving.has(pool) };
  const otherOf = (pool: string) => others.find((other) => other.actsFor(pool));
  const volumes = new Reconciler({
    ...common,
    isOurs: (pool) => serving.has(pool) || otherOf(pool) !== undefined,
    waits: (volume) => otherOf(volume.spec.pool)?.waits?.(volume) === true,
    kind: 'volume',
    collection: catalog.volumes,
    reconcile: (volume) => {
      const { pool } = volume.spec;
      refuseLockedDeletion(volume);
      return otherOf(pool)?.reconcile(volume) ?? reconcileVolume(volume, poolOf(serving, pool), deps);
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
  return { volumes, snapshots, all: [volumes, snapshots, groups] };
}

/** Throws FailedPrecondition, whoever has asked; but nobody locks what nobody was told of. */
function refuseLockedDeletion(volume: Volume): void {
  const { spec, status } = volume;
  if (spec.desired === 'Present' || !status.ready || spec.unanswered === true) return;
  refuseLocked(nameOfVolume(volume), 'volume', spec);
}

function poolOf(serving: ReadonlyMap<string, Pool>, id: string): Pool {
  const pool = serving.get(id);
  if (pool === undefined) throw new Error(`pool ${id} is not served here`);
  return pool;
}
