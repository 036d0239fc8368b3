import type { Catalog } from '../catalog/catalog.ts';
import { VolumeError } from '../domain/errors.ts';
import type { SnapshotGroup } from '../domain/snapshot-group.ts';
import { createGroup, showGroup } from '../pool/create-group.ts';
import { releaseTemplates } from '../pool/delete-group.ts';
import { findSnapshot } from '../pool/find.ts';
import { findGroup } from '../pool/group-commit.ts';
import type { Pool } from '../pool/pool.ts';
import type { SnapshotRecord } from '../pool/record.ts';
import { CatalogError } from './catalog-error.ts';
import { backInCatalog, leaveCatalog, type Leaving } from './convert.ts';
import { ensureListed } from './ensure-listed.ts';
import { UnfinishedError } from './unfinished-error.ts';

/**
 * Makes all templates of a group, or none: the pool decides. Once they are in the catalog the group has done its work, and goes.
 * Each step finds what an earlier run has done. Throws UnfinishedError for what is decided and could not be done yet.
 */
export async function makeTemplates(group: SnapshotGroup, pool: Pool, catalog: Catalog): Promise<void> {
  await finish(group, await ensureMade(group, pool, catalog), pool, catalog);
}

/** For a group that is not asked for any more: what the pool has decided stays, and else all volumes do. */
export async function endTemplates(group: SnapshotGroup, pool: Pool, catalog: Catalog): Promise<void> {
  const isMade = await isDecided(group, pool);
  if (!isMade) await backInCatalog(leavingOf(group), pool, group.spec.pool, catalog);
  await finish(group, isMade ? await ensureMade(group, pool, catalog) : [], pool, catalog);
}

async function finish(
  group: SnapshotGroup,
  records: readonly SnapshotRecord[],
  pool: Pool,
  catalog: Catalog,
): Promise<void> {
  try {
    for (const record of records) await ensureListed(record, group, catalog);
  } catch (error) {
    // What the catalog cannot take now, it takes later; what was a volume before is somebody's data.
    throw error instanceof CatalogError ? error : new UnfinishedError(error);
  }
  await releaseTemplates(pool, { id: group.id, members: group.spec.members });
  await catalog.groups.forget(group);
}

/** As `convert`, of several: all leave the catalog before the pool decides, or are in it again. */
async function ensureMade(
  { id, spec }: SnapshotGroup,
  pool: Pool,
  catalog: Catalog,
): Promise<readonly SnapshotRecord[]> {
  const { uuid, name, members, deleteLock, tags } = spec;
  const leaving = leavingOf({ spec });
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

function leavingOf({ spec }: Pick<SnapshotGroup, 'spec'>): readonly Leaving[] {
  return spec.members.flatMap(({ sourceVolumeId, convertedUuid }) =>
    convertedUuid === undefined ? [] : [{ id: sourceVolumeId, uuid: convertedUuid }],
  );
}

/** Throws AlreadyExists where a name was taken since they were asked for: of what is decided, all can be listed. */
async function refuseTaken(members: SnapshotGroup['spec']['members'], { snapshots }: Catalog): Promise<void> {
  for (const { snapshotId, uuid, template = snapshotId } of members) {
    const present = await snapshots.find(snapshotId);
    if (present === undefined || present.spec.uuid === uuid) continue;
    throw new VolumeError('AlreadyExists', `there is a template "${template}" already: choose another name`);
  }
}

/** Whether the pool has it that all of them are: then each of them is shown, or soon will be. */
async function isDecided({ id, spec }: Pick<SnapshotGroup, 'id' | 'spec'>, pool: Pool): Promise<boolean> {
  return (await findGroup(pool, id))?.uuid === spec.uuid;
}

/** Those of the group that are there. */
async function templatesOf({ spec }: Pick<SnapshotGroup, 'spec'>, pool: Pool): Promise<readonly SnapshotRecord[]> {
  const found = await Promise.all(spec.members.map(({ snapshotId }) => findSnapshot(pool, snapshotId)));
  return found.filter((record) => record !== undefined).filter(({ id, uuid }) => uuid === uuidOf(id, spec.members));
}

function uuidOf(id: string, members: SnapshotGroup['spec']['members']): string | undefined {
  return members.find(({ snapshotId }) => snapshotId === id)?.uuid;
}
