import { ConflictError } from '../../catalog/catalog.ts';
import { modify } from '../../catalog/modify.ts';
import { VolumeError } from '../../domain/errors.ts';
import type { PoolResource } from '../../domain/pool.ts';
import { silentSince } from '../../domain/silence.ts';
import type { Volume } from '../../domain/volume.ts';
import type { Call } from '../server/unary.ts';
import { awaitAgent } from './await-agent.ts';
import type { Asking } from './deps.ts';
import { removeUnchanged } from './request-deletion.ts';

/**
 * Takes a volume that nobody was told of out of the catalog, together with what was made of it: by its agent, who is waited
 * for, or, when that does not answer, by the same agent when it is back. Does nothing when the volume has changed: it may
 * just have become ready and be answered with. Throws Aborted when its agent is still at it.
 */
export async function giveUpVolume(
  volume: Volume,
  pool: PoolResource | undefined,
  asking: Asking,
  call: Call,
): Promise<void> {
  const { volumes } = asking.catalog;
  if (pool !== undefined && silentSince(pool, asking.now()) === undefined) return removeByAgent(volume, asking, call);
  // In this order: what is struck off by an agent that just comes back must not be needed any more.
  if (!(await removeUnchanged(volumes, volume)) || pool === undefined) return;
  await modify(asking.catalog.pools, pool.id, ({ spec }) => ({
    ...spec,
    discard: [...(spec.discard ?? []), { id: volume.id, uuid: volume.spec.uuid }],
  }));
}

async function removeByAgent(volume: Volume, asking: Asking, call: Call): Promise<void> {
  const { volumes } = asking.catalog;
  const { id, spec } = volume;
  try {
    await volumes.update(volume, { ...spec, desired: 'Absent', revision: spec.revision + 1 });
  } catch (error) {
    if (error instanceof ConflictError) return;
    throw error;
  }
  const isGone = (now: Volume | undefined): boolean =>
    now?.spec.uuid !== spec.uuid || now.status.observedRevision > spec.revision;
  const left = await awaitAgent(volumes, id, isGone, asking, call);
  if (left?.spec.uuid !== spec.uuid) return;
  const why = left.status.failure?.message ?? 'its agent does not say why';
  throw new VolumeError('Aborted', `${id} cannot be removed from pool ${spec.pool}, where it is out of reach: ${why}`);
}
