import type { Catalog } from '../catalog/catalog.ts';
import { makesTemplates, type SnapshotGroup } from '../domain/snapshot-group.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import { createGroup } from '../pool/create-group.ts';
import { deleteGroup } from '../pool/delete-group.ts';
import { findSnapshot } from '../pool/find.ts';
import type { Pool } from '../pool/pool.ts';
import type { SnapshotRecord } from '../pool/record.ts';
import { answer } from './answer.ts';
import { CatalogError } from './catalog-error.ts';
import { ensureListed } from './ensure-listed.ts';
import { endTemplates, makeTemplates } from './make-templates.ts';
import { ensureMarked } from './reconcile-snapshot.ts';
import type { ReconcileDeps } from './reconcile-volume.ts';

/**
 * Cuts all snapshots of a group at one moment, or removes them. The pool decides all or none; once it holds the group,
 * the snapshots enter the catalog, and only then the group is ready. Each step finds what an earlier run has done.
 */
export async function reconcileGroup(group: SnapshotGroup, pool: Pool, deps: ReconcileDeps): Promise<void> {
  const { catalog, reporter } = deps;
  const { spec } = group;
  if (spec.desired === 'Absent') return removeGroup(group, pool, deps);

  if (makesTemplates(spec)) {
    await makeTemplates(group, pool, catalog);
    reporter.request(pool);
    return;
  }
  const records = await cut(group, pool);
  try {
    for (const record of records) await ensureListed(record, group, catalog);
  } catch (error) {
    // What the catalog cannot take now, it takes later.
    if (error instanceof CatalogError) throw error;
    // All or none: the controller takes a group that failed out of the catalog, so nothing of it must stay.
    await discard(group, pool, catalog, { evenIfLocked: true });
    throw error;
  }
  reporter.request(pool);
  const creationTime = records[0]?.creationTime;
  await answer(catalog.groups, group, () => ({ observedRevision: spec.revision, ready: true, creationTime }));
}

function cut({ id, spec }: SnapshotGroup, pool: Pool): Promise<readonly SnapshotRecord[]> {
  const { uuid, name, members } = spec;
  return createGroup(pool, { id, uuid, name, members });
}

async function removeGroup(group: SnapshotGroup, pool: Pool, { catalog, reporter }: ReconcileDeps): Promise<void> {
  if (makesTemplates(group.spec)) return endTemplates(group, pool, catalog);
  for (const snapshot of await catalog.snapshots.list({ groupId: group.id })) await markAsAsked(snapshot, pool);
  await discard(group, pool, catalog, { evenIfLocked: false });
  await reporter.tryReport(pool);
  await catalog.groups.forget(group);
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
