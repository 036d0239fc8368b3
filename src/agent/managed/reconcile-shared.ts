import { VolumeError } from '../../domain/errors.ts';
import { rootOf } from '../../domain/managed-path.ts';
import { nameOfVolume } from '../../domain/volume-name.ts';
import type { Volume } from '../../domain/volume.ts';
import { createManaged, takeUnseen } from '../../managed/create-volume.ts';
import { deleteManaged } from '../../managed/delete-volume.ts';
import { refuseUseElsewhere } from '../shared/use-elsewhere.ts';
import { claimOf, refuseClaimed, type Claims } from './claims.ts';
import type { ManagedAgentDeps } from './deps.ts';
import { answerTaken, ensureTaken, requireManaged, recordFields } from './reconcile-managed.ts';

export interface SharedDeps extends ManagedAgentDeps {
  readonly claims: Claims;
  /** As `SharedPool` has it. */
  readonly requireActing: () => Promise<void>;
}

/**
 * As `reconcileManaged`, of a volume that is in what nodes share. All are decided by one agent, one after another, so that
 * no two of them are one directory, whichever nodes they are for.
 */
export async function reconcileShared(volume: Volume, deps: SharedDeps): Promise<void> {
  const { id, spec, status } = volume;
  const { catalog, claims, place } = deps;
  await deps.requireActing();
  if (spec.desired === 'Absent') {
    // One with a home has been let go of by that.
    if (spec.home === undefined) await refuseUseElsewhere(volume, deps, catalog);
    await deleteManaged(place, id, spec.uuid);
    await catalog.volumes.forget(volume);
    claims.delete(id);
    return;
  }
  if (!status.ready) await take(volume, deps);
  else await answerTaken(volume, isUnseen(volume, deps) ? [] : await ensureTaken(volume, deps), catalog);
}

/**
 * The answer is one compare-and-swap on the volume as it was read, written before there is a record, and while no other
 * directory is taken: an agent that has been replaced does not get that far, and leaves nothing behind.
 */
async function take(volume: Volume, deps: SharedDeps): Promise<void> {
  const { place, claims, catalog } = deps;
  const { id, spec, status } = volume;
  const { hostPath } = requireManaged(volume);
  requireUser(volume);
  const confirm = async (): Promise<void> => {
    await deps.requireActing();
    await refuseClaimed(claims, { id, hostPath }, catalog);
    const claim = claimOf(volume);
    if (claim !== undefined) claims.set(id, claim);
    const { mounts } = status;
    await catalog.volumes.updateStatus(volume, {
      observedRevision: spec.revision,
      ready: true,
      size: 0,
      health: [],
      mounts,
    });
  };
  if (isUnseen(volume, deps)) await takeUnseen(place, { id, hostPath }, confirm);
  else if (rootOf(hostPath, place.roots)?.shared === false) throw notShared(volume);
  else await createManaged(place, recordFields(volume), confirm);
}

/** Whether only another node may show it. */
export function isAtHomeElsewhere(
  { spec: { home } }: Pick<Volume, 'spec'>,
  { nodeName, ownsCatalog }: Pick<ManagedAgentDeps, 'nodeName' | 'ownsCatalog'>,
): boolean {
  return home !== undefined && home !== nodeName && !ownsCatalog;
}

/** Whether it is beneath a root that this node does not have, and that it need not have. */
function isUnseen(volume: Volume, deps: ManagedAgentDeps): boolean {
  const { hostPath } = requireManaged(volume);
  return rootOf(hostPath, deps.place.roots) === undefined && isAtHomeElsewhere(volume, deps);
}

/** Throws InvalidArgument when any node could write to what only one may. */
function requireUser(volume: Volume): void {
  const { home, sharing, pool } = volume.spec;
  if (home !== undefined || sharing === 'many') return;
  const step = 'give it spec.home, the one node that is to use it, or spec.sharing: many';
  throw new VolumeError('InvalidArgument', `${nameOfVolume(volume)} is in ${pool}, where every node has it: ${step}`);
}

function notShared(volume: Volume): VolumeError {
  const { hostPath } = requireManaged(volume);
  const message = `${hostPath} is not beneath a root that is shared: put ${nameOfVolume(volume)} into the pool of its node`;
  return new VolumeError('InvalidArgument', message);
}
