import { ConflictError, type Catalog } from '../catalog/catalog.ts';
import { VolumeError } from '../domain/errors.ts';
import { makesTemplates, type SnapshotGroup } from '../domain/snapshot-group.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import { createGroup, showGroup } from '../pool/create-group.ts';
import { deleteGroup, releaseTemplates } from '../pool/delete-group.ts';
import { findSnapshot } from '../pool/find.ts';
import { findGroup } from '../pool/group-commit.ts';
import type { Pool } from '../pool/pool.ts';
import type { SnapshotRecord } from '../pool/record.ts';
import { answer } from './answer.ts';
import { CatalogError } from './catalog-error.ts';
import { backInCatalog, leaveCatalog } from './convert.ts';
import { ensureMarked } from './reconcile-snapshot.ts';
import type { ReconcileDeps } from './reconcile-volume.ts';
import { snapshotSpec, snapshotStatus } from './snapshot-of-record.ts';
import { UnfinishedError } from './unfinished-error.ts';

/**
 * Cuts all snapshots of a group at one moment, or removes them. The pool decides all or none; once it holds the group,
 * the snapshots enter the catalog, and only then the group is ready. Each step finds what an earlier run has done.
 */
export async function reconcileGroup(group: SnapshotGroup, pool: Pool, deps: ReconcileDeps): Promise<void> {
  const { catalog, reporter } = deps;
  const { spec } = group;
  if (spec.desired === 'Absent') return removeGroup(group, pool, deps);

  const records = makesTemplates(spec) ? await makeTemplates(group, pool, catalog) : await cut(group, pool);
  try {
    for (const record of records) await ensureListed(record, group, catalog);
  } catch (error) {
    if (error instanceof CatalogError) throw error;
    // What the catalog cannot take now, it takes later; what was a volume before is somebody's data.
    if (makesTemplates(spec)) throw new UnfinishedError(error);
    // All or none: the controller takes a group that failed out of the catalog, so nothing of it must stay.
    await discard(group, pool, catalog, { evenIfLocked: true });
    throw error;
  }
  reporter.request(pool);
  if (makesTemplates(spec)) return finishTemplates(group, pool, catalog);
  const creationTime = records[0]?.creationTime;
  await answer(catalog.groups, group, () => ({ observedRevision: spec.revision, ready: true, creationTime }));
}

function cut({ id, spec }: SnapshotGroup, pool: Pool): Promise<readonly SnapshotRecord[]> {
  const { uuid, name, members } = spec;
  return createGroup(pool, { id, uuid, name, members });
}

/** As `convert`, of several: all leave the catalog before the pool decides, or are in it again. */
async function makeTemplates(
  { id, spec }: SnapshotGroup,
  pool: Pool,
  catalog: Catalog,
): Promise<readonly SnapshotRecord[]> {
  const { uuid, name, members, deleteLock, tags } = spec;
  const leaving = members.flatMap(({ sourceVolumeId, convertedUuid }) =>
    convertedUuid === undefined ? [] : [{ id: sourceVolumeId, uuid: convertedUuid }],
  );
  const leave = async (): Promise<void> => {
    await refuseTaken(members, catalog);
    for (const volume of leaving) await leaveCatalog(volume, catalog);
  };
  // The agent may have ended just before it could forget the group.
  const present = await templatesOf({ spec }, pool);
  if (present.length === members.length) return present;
  try {
    if (!(await isDecided({ id, spec }, pool))) {
      return await createGroup(pool, { id, uuid, name, members, deleteLock, tags }, { leave });
    }
    await showGroup(pool, { id, uuid, members });
    // One that was listed may have been deleted since.
    return await templatesOf({ spec }, pool);
  } catch (error) {
    if (await isDecided({ id, spec }, pool)) throw new UnfinishedError(error);
    if ((await findGroup(pool, id)) === undefined) await backInCatalog(leaving, pool, spec.pool, catalog);
    throw error;
  }
}

/** Throws AlreadyExists where a name was taken since they were asked for: of what is decided, all can be listed. */
async function refuseTaken(members: SnapshotGroup['spec']['members'], { snapshots }: Catalog): Promise<void> {
  for (const { snapshotId, uuid, template = snapshotId } of members) {
    const present = await snapshots.find(snapshotId);
    if (present === undefined || present.spec.uuid === uuid) continue;
    throw new VolumeError('AlreadyExists', `there is a template "${template}" already: choose another name`);
  }
}

async function ensureListed(record: SnapshotRecord, group: SnapshotGroup, { snapshots }: Catalog): Promise<void> {
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

async function removeGroup(group: SnapshotGroup, pool: Pool, { catalog, reporter }: ReconcileDeps): Promise<void> {
  if (makesTemplates(group.spec)) return releaseGroup(group, pool, catalog);
  for (const snapshot of await catalog.snapshots.list({ groupId: group.id })) await markAsAsked(snapshot, pool);
  await discard(group, pool, catalog, { evenIfLocked: false });
  await reporter.tryReport(pool);
  await catalog.groups.forget(group);
}

/** What the pool has decided stays, also when the group is not asked for any more. */
async function releaseGroup(group: SnapshotGroup, pool: Pool, catalog: Catalog): Promise<void> {
  const records = (await isDecided(group, pool)) ? await makeTemplates(group, pool, catalog) : [];
  try {
    for (const record of records) await ensureListed(record, group, catalog);
  } catch (error) {
    throw error instanceof CatalogError ? error : new UnfinishedError(error);
  }
  await finishTemplates(group, pool, catalog);
}

/** Whether the pool has it that all of them are: then each of them is shown, or soon will be. */
async function isDecided({ id, spec }: Pick<SnapshotGroup, 'id' | 'spec'>, pool: Pool): Promise<boolean> {
  return (await findGroup(pool, id))?.uuid === spec.uuid;
}

/** The templates are in the catalog, and their group has done its work. */
async function finishTemplates(group: SnapshotGroup, pool: Pool, catalog: Catalog): Promise<void> {
  await releaseTemplates(pool, { id: group.id, members: group.spec.members });
  await catalog.groups.forget(group);
}

/** Those of the group that are there. */
async function templatesOf({ spec }: Pick<SnapshotGroup, 'spec'>, pool: Pool): Promise<readonly SnapshotRecord[]> {
  const found = await Promise.all(spec.members.map(({ snapshotId }) => findSnapshot(pool, snapshotId)));
  return found.filter((record) => record !== undefined).filter(({ id, uuid }) => uuid === uuidOf(id, spec.members));
}

function uuidOf(id: string, members: SnapshotGroup['spec']['members']): string | undefined {
  return members.find(({ snapshotId }) => snapshotId === id)?.uuid;
}

/** The pool looks at the locks: of what a person has edited, its record may not say so yet. */
async function markAsAsked({ id, spec }: Snapshot, pool: Pool): Promise<void> {
  const record = await findSnapshot(pool, id);
  if (record?.uuid === spec.uuid) await ensureMarked(pool, record, spec);
}

async function discard(
  { id, spec }: SnapshotGroup,
  pool: Pool,
  { snapshots }: Catalog,
  options: { readonly evenIfLocked: boolean },
): Promise<void> {
  await deleteGroup(pool, { id, members: spec.members }, options);
  for (const snapshot of await snapshots.list({ groupId: id })) await snapshots.remove(snapshot);
}
