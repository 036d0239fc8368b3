import type { Logger } from 'pino';
import { ConflictError, type Catalog } from '../catalog/catalog.ts';
import { messageOf, VolumeError } from '../domain/errors.ts';
import type { EventRecorder } from '../domain/event.ts';
import { templateToBe } from '../pool/converting.ts';
import { findSnapshot, findVolume } from '../pool/find.ts';
import type { Pool } from '../pool/pool.ts';
import type { SnapshotRecord } from '../pool/record.ts';
import { adoptVolume } from './adopt-volume.ts';
import { CatalogError } from './catalog-error.ts';
import { snapshotSpec, snapshotStatus } from './snapshot-of-record.ts';

export interface Adoption {
  readonly catalog: Catalog;
  readonly log: Logger;
  readonly events: EventRecorder;
}

/**
 * Puts what the pool holds and the catalog does not know into the catalog: after a lost or restored catalog, or when a node
 * that was given up comes back, the data is there again, under its names; what nobody claims any more stays until a person
 * deletes it. A record with another uuid than the catalog's, or of an id that the catalog has in another pool, is reported
 * and kept. One that cannot be adopted does not keep the others out. Throws when the catalog does not answer.
 */
export async function adoptRecords(pool: Pool, poolId: string, adoption: Adoption): Promise<void> {
  const adopt = (id: string) => adoptFromPool(pool, id, poolId, adoption);
  // A copy: the pool is at work meanwhile.
  const own = [...pool.ledger.entries()].filter(({ sharedPool }) => sharedPool === undefined);
  await adoptUnknown(own, adopt, poolId, adoption);
}

/** What a pool holds, by id and uuid. */
export interface Held {
  readonly id: string;
  readonly uuid: string;
}

/** As `adoptRecords`, with `adopt` to put one into the catalog. */
export async function adoptUnknown(
  held: readonly Held[],
  adopt: (id: string) => Promise<void>,
  poolId: string,
  adoption: Adoption,
): Promise<void> {
  const { catalog } = adoption;
  const known = new Map<string, string>();
  for (const { id, spec } of await catalog.volumes.list({ pool: poolId })) known.set(id, spec.uuid);
  for (const { id, spec } of await catalog.snapshots.list({ pool: poolId })) known.set(id, spec.uuid);

  for (const entry of held) {
    const expected = known.get(entry.id);
    if (expected === entry.uuid) continue;
    if (expected !== undefined) {
      keep(poolId, entry, `the catalog names another one, uuid ${expected}`, adoption);
      continue;
    }
    try {
      await adopt(entry.id);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      keep(poolId, entry, messageOf(error), adoption);
    }
  }
}

/** Tells whoever looks that it is known again. */
export function tellAdopted(kind: 'Volume' | 'Snapshot', id: string, poolId: string, { log, events }: Adoption): void {
  log.info({ pool: poolId, id }, 'adopted');
  const step = `kubectl delete ${kind.toLowerCase()}s.tome.storage ${id}`;
  const message = `found in pool ${poolId}, and known again; if nothing needs it any more: ${step}`;
  events.record({ about: { kind, id }, type: 'Normal', reason: 'Adopted', message });
}

/** Of this one record, whereas a catalog that does not answer says nothing about it. */
function isRefusal(error: unknown): boolean {
  const cause = error instanceof CatalogError ? error.cause : error;
  if (cause instanceof ConflictError) return true;
  return cause instanceof VolumeError && (cause === error || cause.reason === 'InvalidArgument');
}

function keep(poolId: string, { id, uuid }: Held, why: string, { log, events }: Adoption): void {
  log.warn({ pool: poolId, id, uuid, why }, 'what the pool holds cannot be adopted; it is kept');
  const message = `${id} (uuid ${uuid}) is in the pool and kept, but not in the catalog: ${why}`;
  events.record({ about: { kind: 'Pool', id: poolId }, type: 'Warning', reason: 'NotAdopted', message });
}

async function adoptFromPool(pool: Pool, id: string, poolId: string, adoption: Adoption): Promise<void> {
  const volume = await findVolume(pool, id);
  // Of a pod, which comes and goes without the catalog.
  if (volume?.ephemeral !== undefined) return;
  // It is a volume no more, and its group goes on.
  if (volume !== undefined && (await templateToBe(pool, volume)) !== undefined) return;
  const snapshot = volume === undefined ? await findSnapshot(pool, id) : undefined;
  if (volume !== undefined) await adoptVolume(volume, poolId, adoption.catalog);
  if (snapshot !== undefined) await adoptSnapshot(snapshot, poolId, adoption.catalog);
  if (volume === undefined && snapshot === undefined) return;

  tellAdopted(volume === undefined ? 'Snapshot' : 'Volume', id, poolId, adoption);
}

/**
 * With its group where the catalog has that: then the agent ended while it cut the group, and will go on with it. When
 * the group is gone with the catalog the snapshot is alone, and can be deleted so.
 */
async function adoptSnapshot(record: SnapshotRecord, pool: string, catalog: Catalog): Promise<void> {
  const group = record.groupId === undefined ? undefined : await catalog.groups.find(record.groupId);
  const isMember = group?.spec.members.some(({ uuid }) => uuid === record.uuid) === true;
  const spec = snapshotSpec(record, pool, isMember ? record.groupId : undefined);
  await catalog.snapshots.create(record.id, spec, snapshotStatus(record, 1));
}
