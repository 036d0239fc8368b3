import type { Catalog } from '../../catalog/catalog.ts';
import { VolumeError } from '../../domain/errors.ts';
import { managedPoolId, sharedManagedPoolId } from '../../domain/pool.ts';
import { isSettled, type Failure } from '../../domain/resource.ts';
import { silentSince } from '../../domain/silence.ts';
import { nameOfVolume } from '../../domain/volume-name.ts';
import type { Volume } from '../../domain/volume.ts';
import { deleteManaged } from '../../managed/delete-volume.ts';
import { answer } from '../answer.ts';
import type { ManagedAgentDeps } from './deps.ts';
import { isAtHomeElsewhere } from './reconcile-shared.ts';

/** Whether its home has not yet let go of a volume that is to be deleted: only that node knows who uses it. */
export function waitsForHome(volume: Volume, deps: Pick<ManagedAgentDeps, 'nodeName' | 'ownsCatalog'>): boolean {
  const { spec, status } = volume;
  return (
    spec.desired === 'Absent' && status.ready && isAtHomeElsewhere(volume, deps) && status.released !== spec.revision
  );
}

/**
 * The home's part in a deletion: forgets the record, durably, so that nothing can show the volume here any more, and says
 * so, or why not. Safe to repeat.
 */
export async function releaseAtHome(volume: Volume, { nodeName, place, catalog }: ManagedAgentDeps): Promise<void> {
  const { id, spec, status } = volume;
  if (spec.home !== nodeName || !status.ready || status.released === spec.revision) return;
  try {
    await deleteManaged(place, id, spec.uuid);
  } catch (error) {
    if (!(error instanceof VolumeError)) throw error;
    if (!isSettled(volume)) await refuse(volume, error, catalog);
    return;
  }
  await release(volume, catalog);
}

/**
 * While a home does not answer, a deletion is refused: a pod may still write there. Once a person has deleted the Pool of
 * that node, since it is gone for good, its volumes are free.
 */
export async function attendHomes(deps: ManagedAgentDeps): Promise<void> {
  const { catalog } = deps;
  for (const volume of await catalog.volumes.list({ pool: sharedManagedPoolId })) {
    if (!waitsForHome(volume, deps)) continue;
    const { home = '' } = volume.spec;
    const poolId = managedPoolId(home);
    const pool = await catalog.pools.find(poolId);
    if (pool === undefined) await release(volume, catalog);
    const since = pool && silentSince(pool, Date.now());
    if (since === undefined || isSettled(volume)) continue;
    const step = `if it is off for good: kubectl delete pools.tome.storage ${poolId} (frees its volumes)`;
    const message = `${nameOfVolume(volume)} is at home on node ${home}, which has not answered since ${since}; ${step}`;
    await refuse(volume, new VolumeError('Unavailable', message), catalog);
  }
}

async function release(volume: Volume, { volumes }: Catalog): Promise<void> {
  const { revision } = volume.spec;
  await answer(volumes, volume, (now) => {
    if (!isSameRequest(now, volume)) return undefined;
    const observedRevision = Math.min(now.status.observedRevision, revision - 1);
    return { ...now.status, released: revision, observedRevision, failure: undefined };
  });
}

async function refuse(volume: Volume, { reason, message }: VolumeError, { volumes }: Catalog): Promise<void> {
  const failure: Failure = { reason, message };
  await answer(volumes, volume, (now) =>
    isSameRequest(now, volume) ? { ...now.status, observedRevision: volume.spec.revision, failure } : undefined,
  );
}

/** A deletion may have been taken back, and asked for again. */
function isSameRequest({ spec }: Volume, asked: Volume): boolean {
  return spec.desired === 'Absent' && spec.revision === asked.spec.revision;
}
