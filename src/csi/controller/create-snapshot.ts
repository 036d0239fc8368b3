import { randomUUID } from 'node:crypto';
import type { Catalog } from '../../catalog/catalog.ts';
import { VolumeError } from '../../domain/errors.ts';
import { snapshotId } from '../../domain/ids.ts';
import { refusePopulating } from '../../domain/populating.ts';
import { ownerOf } from '../../domain/quota.ts';
import { uncutSnapshot, type Snapshot, type SnapshotSpec } from '../../domain/snapshot.ts';
import { nameOfVolume } from '../../domain/volume-name.ts';
import type { CreateSnapshotRequest__Output } from '../gen/csi/v1/CreateSnapshotRequest.ts';
import type { CreateSnapshotResponse } from '../gen/csi/v1/CreateSnapshotResponse.ts';
import { requireId, requireName } from '../server/require.ts';
import type { Call } from '../server/unary.ts';
import type { ControllerDeps } from './deps.ts';
import { ensureCreated } from './ensure-created.ts';
import { requirePool } from './find-pool.ts';
import { requireReadyVolume } from './find-resource.ts';
import { requireImage } from './managed/refuse-of-managed.ts';
import { parseMarks, withMarks, type MarkChanges } from './snapshot-marks.ts';
import { snapshotMessage } from './snapshot-message.ts';
import { isReachable, parsePlacement, type Placement } from './topology-request.ts';
import { ownParameters } from './volume-parameters.ts';

interface SnapshotWish {
  readonly name: string;
  readonly sourceVolumeId: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly marks: MarkChanges;
  readonly placement: Placement;
}

/**
 * CSI 1.13, CreateSnapshot: answers when the snapshot is cut and can be used. A repeated call finds it, also when the
 * source volume is gone by now; one for another source is AlreadyExists. The topology, optional in the answer, is left
 * to GetSnapshot and ListSnapshots: csi-sanity 5.6.0 compares it with a message that was sent before, which no message
 * that was received can equal (it holds the size it was sent with). `notes` are parameters that only the driver itself can give.
 */
export async function createSnapshot(
  request: CreateSnapshotRequest__Output,
  deps: ControllerDeps,
  call: Call,
  notes: Readonly<Record<string, string>> = {},
): Promise<CreateSnapshotResponse> {
  const asked = parseWish(request);
  const wish = { ...asked, parameters: { ...asked.parameters, ...notes } };
  const { catalog } = deps;
  const creation = {
    status: uncutSnapshot,
    plan: () => planSnapshot(wish, catalog),
    check: (present: Snapshot) => {
      checkSame(present, wish);
    },
  };
  const snapshot = await ensureCreated(catalog.snapshots, snapshotId(wish.name), creation, deps, call);
  return { snapshot: snapshotMessage(snapshot, []) };
}

function parseWish(request: CreateSnapshotRequest__Output): SnapshotWish {
  const name = requireName(request.name);
  const sourceVolumeId = requireId(request.sourceVolumeId, 'source_volume_id');
  const parameters = ownParameters(request.parameters);
  const marks = parseMarks(parameters);
  const placement = parsePlacement(request.accessibilityRequirements);
  return { name, sourceVolumeId, parameters, marks, placement };
}

async function planSnapshot(wish: SnapshotWish, catalog: Catalog): Promise<SnapshotSpec> {
  const { name, sourceVolumeId, parameters, marks, placement } = wish;
  const { spec } = await requireReadyVolume(catalog, sourceVolumeId);
  requireImage({ id: sourceVolumeId, spec }, 'snapshots');
  refusePopulating({ id: sourceVolumeId, ...spec });
  const source = nameOfVolume({ id: sourceVolumeId, spec });
  const { nodes } = (await requirePool(catalog, spec.pool, source)).spec;
  if (!isReachable(nodes, placement)) {
    const message = `${source} is on node ${nodes.join(', ')}, and so are its snapshots`;
    throw new VolumeError('ResourceExhausted', `${message}: they cannot be used from the nodes asked for`);
  }
  const { volumeMode, fsType, pool } = spec;
  const request = { desired: 'Present', revision: 1 } as const;
  return {
    ...request,
    name,
    uuid: randomUUID(),
    sourceVolumeId,
    volumeMode,
    fsType,
    pool,
    ...ownerOf(spec),
    parameters: { ...parameters },
    ...withMarks({}, marks),
  };
}

/** The names of group members are the driver's own; one that is made up to match must not get at them. */
function checkSame({ spec }: Snapshot, { name, sourceVolumeId }: SnapshotWish): void {
  if (spec.groupId !== undefined) {
    throw new VolumeError('AlreadyExists', `snapshot "${name}" is part of group ${spec.groupId}: choose another name`);
  }
  if (spec.sourceVolumeId !== sourceVolumeId) {
    const message = `snapshot "${name}" exists, but of volume ${spec.sourceVolumeId}: choose another name`;
    throw new VolumeError('AlreadyExists', message);
  }
}
