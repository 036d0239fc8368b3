import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Catalog } from '../../catalog/catalog.ts';
import { VolumeError } from '../../domain/errors.ts';
import { groupId, memberSnapshotId } from '../../domain/ids.ts';
import { refusePopulating } from '../../domain/populating.ts';
import { uncutGroup, type SnapshotGroup, type SnapshotGroupSpec } from '../../domain/snapshot-group.ts';
import type { Creating } from '../controller/deps.ts';
import { ensureCreated } from '../controller/ensure-created.ts';
import { requirePool } from '../controller/find-pool.ts';
import { requireReadyVolume } from '../controller/find-resource.ts';
import { requireImage } from '../controller/managed/refuse-of-managed.ts';
import { ownParameters, requireNoParameters } from '../controller/volume-parameters.ts';
import type { CreateVolumeGroupSnapshotRequest__Output } from '../gen/csi/v1/CreateVolumeGroupSnapshotRequest.ts';
import type { CreateVolumeGroupSnapshotResponse } from '../gen/csi/v1/CreateVolumeGroupSnapshotResponse.ts';
import { requireId, requireName } from '../server/require.ts';
import type { Call } from '../server/unary.ts';
import { groupMessage } from './group-message.ts';

interface GroupWish {
  readonly name: string;
  /** In ascending order. */
  readonly sourceVolumeIds: readonly string[];
  readonly parameters: Record<string, string>;
}

/**
 * CSI 1.13, CreateVolumeGroupSnapshot: all volumes cut at one moment, or none; the agent sees to that. A repeated call
 * finds the group; one with other volumes is AlreadyExists. `notes` are parameters that only the driver itself can give.
 */
export async function createVolumeGroupSnapshot(
  request: CreateVolumeGroupSnapshotRequest__Output,
  asking: Creating,
  call: Call,
  notes: Readonly<Record<string, string>> = {},
): Promise<CreateVolumeGroupSnapshotResponse> {
  const asked = parseWish(request);
  const wish = { ...asked, parameters: { ...asked.parameters, ...notes } };
  const { catalog } = asking;
  const id = groupId(wish.name);
  const creation = {
    status: uncutGroup,
    plan: () => planGroup(id, wish, catalog),
    check: (present: SnapshotGroup) => {
      checkSame(present, wish);
    },
  };
  const group = await ensureCreated(catalog.groups, id, creation, asking, call);
  return { groupSnapshot: await groupMessage(group, catalog) };
}

function parseWish(request: CreateVolumeGroupSnapshotRequest__Output): GroupWish {
  const name = requireName(request.name);
  const given = request.sourceVolumeIds.map((id) => requireId(id, 'source_volume_ids'));
  if (given.length === 0) throw new VolumeError('InvalidArgument', 'source_volume_ids is missing');
  const sourceVolumeIds = [...new Set(given)].sort();
  if (sourceVolumeIds.length < given.length) {
    throw new VolumeError('InvalidArgument', 'source_volume_ids names a volume twice: name each once');
  }
  requireNoParameters(request.parameters);
  return { name, sourceVolumeIds, parameters: ownParameters(request.parameters) };
}

async function planGroup(id: string, wish: GroupWish, catalog: Catalog): Promise<SnapshotGroupSpec> {
  const volumes = await Promise.all(wish.sourceVolumeIds.map((volume) => requireReadyVolume(catalog, volume)));
  for (const volume of volumes) {
    requireImage(volume, 'snapshots');
    refusePopulating({ id: volume.id, ...volume.spec });
  }
  const pools = [...new Set(volumes.map(({ spec }) => spec.pool))].sort();
  const [pool] = pools;
  if (pool === undefined || pools.length > 1) {
    const message = `the volumes are in pools ${pools.join(', ')}`;
    throw new VolumeError('FailedPrecondition', `${message}: only volumes of one pool can be cut at one moment`);
  }
  await requirePool(catalog, pool, 'what is to be cut');
  const members = wish.sourceVolumeIds.map((sourceVolumeId) => ({
    sourceVolumeId,
    snapshotId: memberSnapshotId(id, sourceVolumeId),
    uuid: randomUUID(),
  }));
  const { name, parameters } = wish;
  return { desired: 'Present', revision: 1, name, uuid: randomUUID(), pool, members, parameters };
}

function checkSame({ spec }: SnapshotGroup, { name, sourceVolumeIds }: GroupWish): void {
  const present = spec.members.map((member) => member.sourceVolumeId).sort();
  if (isDeepStrictEqual(present, sourceVolumeIds)) return;
  const message = `group snapshot "${name}" exists, but of volumes ${present.join(', ')}`;
  throw new VolumeError('AlreadyExists', `${message}: choose another name`);
}
