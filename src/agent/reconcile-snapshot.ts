import { isDeepStrictEqual } from 'node:util';
import { refuseLocked } from '../domain/delete-lock.ts';
import { VolumeError } from '../domain/errors.ts';
import type { Snapshot, SnapshotSpec } from '../domain/snapshot.ts';
import { createSnapshot } from '../pool/create-snapshot.ts';
import { deleteSnapshot } from '../pool/delete-snapshot.ts';
import { findSnapshot } from '../pool/find.ts';
import type { Pool } from '../pool/pool.ts';
import type { SnapshotRecord } from '../pool/record.ts';
import { updateSnapshot } from '../pool/update-snapshot.ts';
import { answer } from './answer.ts';
import { convert, keepConverted } from './convert.ts';
import { progressReporter } from './progress.ts';
import type { ReconcileDeps } from './reconcile-volume.ts';
import { snapshotStatus } from './snapshot-of-record.ts';

/** Cuts the snapshot, or removes it, and answers in the status. */
export async function reconcileSnapshot(snapshot: Snapshot, pool: Pool, deps: ReconcileDeps): Promise<void> {
  const { catalog, reporter } = deps;
  const { id, spec } = snapshot;
  if (spec.desired === 'Absent') return removeSnapshot(snapshot, pool, deps);

  const record = await ensureCut(snapshot, pool, deps);
  reporter.request(pool);
  const isPresent = await answer(catalog.snapshots, snapshot, ({ spec: now }) => {
    // Deleted by somebody who was not told of it: see `keepConverted`.
    const isGivenUp = now.desired === 'Absent' && spec.convertedUuid !== undefined && !snapshot.status.ready;
    return isGivenUp ? undefined : snapshotStatus(record, spec.revision);
  });
  // Given up while it was cut: nobody can have been told of it. What was a volume before is somebody's data.
  if (!isPresent && !snapshot.status.ready && spec.convertedUuid === undefined)
    await deleteSnapshot(pool, id, spec.uuid);
}

/** The record of the snapshot, made or changed to fit. One that was ready is never cut anew: that would be of another day. */
async function ensureCut(snapshot: Snapshot, pool: Pool, deps: ReconcileDeps): Promise<SnapshotRecord> {
  const { id, spec, status } = snapshot;
  const { uuid, name, sourceVolumeId, deleteLock, tags, template, sourceSnapshotId } = spec;
  if (!status.ready) {
    const onProgress = progressReporter(deps.catalog.snapshots, snapshot, deps.events, { kind: 'Snapshot', id });
    const request = { id, uuid, name, sourceVolumeId, deleteLock, tags, template, sourceSnapshotId };
    if (spec.convertedUuid !== undefined) return await convert(snapshot, request, pool, deps);
    return await createSnapshot(pool, request, { onProgress });
  }
  const record = await findSnapshot(pool, id);
  if (record?.uuid !== uuid) {
    throw new VolumeError('DataLoss', `the image of snapshot ${id} is missing from pool ${pool.name}`);
  }
  return await ensureMarked(pool, record, spec);
}

function namesOf({ id, spec: { template } }: Snapshot): [what: string, kind: 'snapshot' | 'template'] {
  return template === undefined ? [`snapshot ${id}`, 'snapshot'] : [`template "${template}"`, 'template'];
}

/** The record with the lock and the tags that the spec has. */
export async function ensureMarked(pool: Pool, record: SnapshotRecord, spec: SnapshotSpec): Promise<SnapshotRecord> {
  const wanted = marksOf(spec);
  return isDeepStrictEqual(marksOf(record), wanted) ? record : await updateSnapshot(pool, record.id, wanted);
}

function marksOf({ deleteLock, tags }: Pick<SnapshotSpec, 'deleteLock' | 'tags'>) {
  return { deleteLock, tags };
}

async function removeSnapshot(snapshot: Snapshot, pool: Pool, { catalog, reporter }: ReconcileDeps): Promise<void> {
  // Nobody locks what nobody was told of.
  if (snapshot.status.ready) refuseLocked(...namesOf(snapshot), snapshot.spec);
  else if (await keepConverted(snapshot, pool, catalog)) return;
  await deleteSnapshot(pool, snapshot.id, snapshot.spec.uuid);
  await reporter.tryReport(pool);
  await catalog.snapshots.forget(snapshot);
}
