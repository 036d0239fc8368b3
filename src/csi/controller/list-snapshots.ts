import type { Catalog } from '../../catalog/catalog.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import type { ListSnapshotsRequest__Output } from '../gen/csi/v1/ListSnapshotsRequest.ts';
import type { ListSnapshotsResponse } from '../gen/csi/v1/ListSnapshotsResponse.ts';
import type { ControllerDeps } from './deps.ts';
import { parsePage, readPage, type Page } from './page.ts';
import { nodesByPool } from './pool-nodes.ts';
import { snapshotMessage } from './snapshot-message.ts';

/** CSI 1.13, ListSnapshots: those that are cut. An id or source that is not known matches nothing. */
export async function listSnapshots(
  request: ListSnapshotsRequest__Output,
  { catalog }: ControllerDeps,
): Promise<ListSnapshotsResponse> {
  const page = parsePage(request, 'snap');
  const { entries, nextToken } = await findMatching(request, page, catalog);
  const nodes = await nodesByPool(catalog);
  return {
    nextToken,
    entries: entries.map((snapshot) => ({ snapshot: snapshotMessage(snapshot, nodes.get(snapshot.spec.pool) ?? []) })),
  };
}

async function findMatching(
  { snapshotId, sourceVolumeId }: ListSnapshotsRequest__Output,
  page: Page,
  { snapshots }: Catalog,
): Promise<{ entries: readonly Snapshot[]; nextToken: string }> {
  const isWanted = ({ spec, status }: Snapshot): boolean =>
    status.ready && spec.template === undefined && (sourceVolumeId === '' || spec.sourceVolumeId === sourceVolumeId);
  if (snapshotId !== '') {
    const found = await snapshots.find(snapshotId);
    const entries = found !== undefined && found.id > page.after && isWanted(found) ? [found] : [];
    return { entries, nextToken: '' };
  }
  return await readPage(snapshots, page, isWanted, sourceVolumeId === '' ? {} : { sourceVolumeId });
}
