import { ConflictError, type Catalog } from '../../catalog/catalog.ts';
import type { Volume } from '../../domain/volume.ts';
import { deleteVolume } from '../../pool/delete-volume.ts';
import { volumeHealth } from '../../pool/health.ts';
import { answer } from '../answer.ts';
import { refuseUseElsewhere, type NodePools } from '../shared/use-elsewhere.ts';
import type { SharedFilesystem } from './shared-filesystem.ts';

/**
 * Keeps the record of the volume, or runs the `delete` hook once no node that answers shows it, and answers in the status.
 * The others let go of their records when the volume has gone from the catalog.
 */
export async function reconcileShared(
  volume: Volume,
  holding: SharedFilesystem,
  { catalog, ...own }: { readonly catalog: Catalog } & NodePools,
): Promise<void> {
  const { id, spec } = volume;
  if (spec.desired === 'Absent') {
    await refuseUseElsewhere(volume, own, catalog);
    // Also where this node has begun to act a moment ago, and never had the record.
    const { pool } = await holding.keep(volume);
    await deleteVolume(pool, id, spec.uuid);
    await forget(volume, catalog);
    return;
  }
  const { pool, record } = await holding.keep(volume);
  const health = volume.status.ready ? await volumeHealth(pool, record) : [];
  const isPresent = await answer(catalog.volumes, volume, ({ status: { mounts } }) => ({
    observedRevision: spec.revision,
    ready: true,
    size: record.size,
    health,
    mounts,
  }));
  // Given up while it was made: nobody can have been told of it here.
  if (!isPresent && !volume.status.ready) await holding.drop(id, spec.uuid);
}

/** Its status may be written at the same time: that is no reason to run the `delete` hook once more. */
async function forget(volume: Volume, catalog: Catalog): Promise<void> {
  try {
    await catalog.volumes.forget(volume);
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    const present = await catalog.volumes.find(volume.id);
    if (present?.spec.uuid !== volume.spec.uuid) return;
    if (present.spec.desired !== 'Absent') throw error;
    await forget(present, catalog);
  }
}
