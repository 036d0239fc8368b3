import type { Snapshot, SnapshotSpec, SnapshotStatus } from '../domain/snapshot.ts';
import { createSnapshot } from '../pool/create-snapshot.ts';
import { deleteSnapshot } from '../pool/delete-snapshot.ts';
import type { Pool } from '../pool/pool.ts';
import type { SnapshotRecord } from '../pool/record.ts';
import { answer } from './answer.ts';
import { progressReporter } from './progress.ts';
import type { ReconcileDeps } from './reconcile-volume.ts';

/** Cuts the snapshot, or removes it, and answers in the status. */
export async function reconcileSnapshot(snapshot: Snapshot, pool: Pool, deps: ReconcileDeps): Promise<void> {
  const { catalog, reporter } = deps;
  const { id, spec } = snapshot;
  if (spec.desired === 'Absent') return removeSnapshot(snapshot, pool, deps);

  const { uuid, name, sourceVolumeId } = spec;
  const onProgress = progressReporter(catalog.snapshots, snapshot, deps.events, { kind: 'Snapshot', id });
  const record = await createSnapshot(pool, { id, uuid, name, sourceVolumeId }, { onProgress });
  reporter.request(pool);
  const isPresent = await answer(catalog.snapshots, snapshot, () => snapshotStatus(record, spec.revision));
  // Given up while it was cut: nobody can have been told of it.
  if (!isPresent && !snapshot.status.ready) await deleteSnapshot(pool, id, uuid);
}

/** The spec of a snapshot that enters the catalog when its image is there already. `pool` is the Pool resource's id. */
export function snapshotSpec(record: SnapshotRecord, pool: string, groupId: string | undefined): SnapshotSpec {
  const { name, uuid, sourceVolumeId, volumeMode, fsType } = record;
  const image = { name, uuid, sourceVolumeId, volumeMode, fsType };
  return { desired: 'Present', revision: 1, ...image, pool, groupId, parameters: {} };
}

/** The status of a snapshot whose image is there. */
export function snapshotStatus(record: SnapshotRecord, observedRevision: number): SnapshotStatus {
  const { size, heldBytes, creationTime } = record;
  return { observedRevision, ready: true, size, heldBytes, creationTime };
}

async function removeSnapshot(snapshot: Snapshot, pool: Pool, { catalog, reporter }: ReconcileDeps): Promise<void> {
  await deleteSnapshot(pool, snapshot.id, snapshot.spec.uuid);
  await reporter.tryReport(pool);
  await catalog.snapshots.forget(snapshot);
}
