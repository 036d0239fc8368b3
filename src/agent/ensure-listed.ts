import { ConflictError, type Catalog } from '../catalog/catalog.ts';
import { VolumeError } from '../domain/errors.ts';
import type { SnapshotGroup } from '../domain/snapshot-group.ts';
import type { SnapshotRecord } from '../pool/record.ts';
import { snapshotSpec, snapshotStatus } from './snapshot-of-record.ts';

/**
 * Puts what the pool has made for a group into the catalog; a template is on its own there. Safe to repeat. Throws AlreadyExists where
 * something else has its id.
 */
export async function ensureListed(
  record: SnapshotRecord,
  group: SnapshotGroup,
  { snapshots }: Catalog,
): Promise<void> {
  const { id, uuid } = record;
  try {
    const groupId = record.template === undefined ? group.id : undefined;
    await snapshots.create(id, snapshotSpec(record, group.spec.pool, groupId), snapshotStatus(record, 1));
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    const present = await snapshots.find(id);
    if (present?.spec.uuid === uuid) return;
    throw new VolumeError('AlreadyExists', `snapshot ${id} exists and is not of group ${group.id}`, { cause: error });
  }
}
