import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { accessOf } from '../../../domain/access.ts';
import { VolumeError } from '../../../domain/errors.ts';
import type { PinnedPath } from '../../../host/host.ts';
import { createBlank } from '../../../pool/create-volume.ts';
import type { Pool } from '../../../pool/pool.ts';
import type { FoundVolume } from '../../../pool/pool-set.ts';
import type { EphemeralOwner } from '../../../pool/record.ts';
import type { NodePublishVolumeRequest__Output } from '../../gen/csi/v1/NodePublishVolumeRequest.ts';
import { requireCapability, requirePath, type Capability } from '../../server/require.ts';
import { asksForReadOnly, checkCapability } from '../check-capability.ts';
import type { NodeDeps } from '../deps.ts';
import { withPathOrNone } from '../paths.ts';
import { prepareTargetDirectory } from '../prepare-path.ts';
import { stageFilesystem } from '../stage-filesystem.ts';
import { isEphemeralHandle, requireVolumeId } from '../volume-id.ts';
import { changingUsage } from '../volume-lock.ts';
import { called } from '../words.ts';
import { parseEphemeralWish, type EphemeralWish } from './attributes.ts';
import { discardFailed } from './discard.ts';
import { findEphemeral } from './find.ts';
import { placeEphemeral } from './place.ts';

/**
 * NodePublishVolume of a volume that a pod asks for inline: makes it, and mounts it at the target path, which is its
 * staging too. Its id is a function of the pod and the volume's name in it, so a repeated call goes on where an earlier
 * one ended. One that this very call has made is gone again when the call fails: the kubelet may never unpublish it then.
 */
export async function publishEphemeral(
  request: NodePublishVolumeRequest__Output,
  deps: NodeDeps,
  signal?: AbortSignal,
): Promise<void> {
  const id = requireVolumeId(request.volumeId);
  const targetPath = requirePath(request.targetPath, 'target_path');
  const capability = requireCapability(request.volumeCapability);
  requireInline(request.volumeId, capability);
  const wish = parseEphemeralWish(request.volumeContext, capability.fsType);
  const readOnly = request.readonly || asksForReadOnly(capability, {});
  // One target in all: the pod's.
  const access = accessOf(capability.mode, { readOnly, exclusive: true });

  await changingUsage(deps, id, signal, async () => {
    const present = await findEphemeral(deps, id);
    if (present !== undefined) requireSame(present, wish);
    const volume = present ?? (await create(id, ownerOf(request), wish, deps));
    const { mountFlags } = capability;
    try {
      checkCapability(volume.record, capability, deps.filesystems);
      await mountAtTarget({ ...volume, access, mountFlags }, targetPath, deps);
    } catch (error) {
      if (present === undefined) await discardFailed(volume);
      throw error;
    }
  });
}

function requireInline(handle: string, { access }: Capability): void {
  if (!isEphemeralHandle(handle)) {
    const message = `volume ${handle} is not inline in a pod: csi.storage.k8s.io/ephemeral must not be "true" for it`;
    throw new VolumeError('InvalidArgument', message);
  }
  if (access === 'mount') return;
  throw new VolumeError(
    'InvalidArgument',
    'an inline volume is mounted: for a block device use a PersistentVolumeClaim',
  );
}

/** Of an earlier call. A pod's volumes cannot change, so other attributes mean another volume. */
function requireSame({ record }: FoundVolume, { given, fsType }: EphemeralWish): void {
  if (isDeepStrictEqual(record.parameters, given) && record.fsType === fsType) return;
  const message = `${called(record)} is there already, with other attributes: unpublish it first`;
  throw new VolumeError('AlreadyExists', message);
}

function ownerOf({ volumeId: handle, volumeContext }: NodePublishVolumeRequest__Output): EphemeralOwner {
  const note = (name: string) => volumeContext[`csi.storage.k8s.io/pod.${name}`];
  return { handle, podNamespace: note('namespace'), podName: note('name'), podUid: note('uid') };
}

async function create(id: string, owner: EphemeralOwner, wish: EphemeralWish, deps: NodeDeps): Promise<FoundVolume> {
  if (!deps.ephemeral.enabled) {
    const message = `inline volumes are switched off on node ${deps.nodeName} (ephemeral.enabled): use a PersistentVolumeClaim or a generic ephemeral volume`;
    throw new VolumeError('FailedPrecondition', message);
  }
  const { fsType, provisioning, mkfsOptions, given } = wish;
  const filesystem = deps.filesystems.get(fsType);
  filesystem.checkMkfsOptions(mkfsOptions);
  const { pool, size } = placeEphemeral(wish, filesystem, deps);
  const making = createBlank(pool, {
    id,
    name: owner.handle,
    uuid: randomUUID(),
    size,
    volumeMode: 'Filesystem',
    fsType,
    provisioning,
    exclusive: true,
    mkfsOptions,
    parameters: { ...given },
    tags: {},
    accessModes: [],
    ephemeral: owner,
  });
  return { pool, record: await making.catch((error: unknown) => notMade(error, pool, deps)) };
}

/** Who reads the events of a pod does not know of pools, unless he is told. */
function notMade(error: unknown, { name }: Pool, { nodeName }: NodeDeps): never {
  if (!(error instanceof VolumeError) || error.reason !== 'ResourceExhausted') throw error;
  const message = `no room for an inline volume in pool ${name} of node ${nodeName}: ${error.message}`;
  throw new VolumeError(error.reason, message, { cause: error });
}

type Staging = Parameters<typeof stageFilesystem>[0];

/** Leaves no empty target behind when it fails. */
async function mountAtTarget(staging: Staging, targetPath: string, deps: NodeDeps): Promise<void> {
  const made: string[] = [];
  try {
    await stageFilesystem(staging, targetPath, deps, async (host, path: PinnedPath) => {
      if (await prepareTargetDirectory(host, path)) made.push(path.resolved);
    });
  } catch (error) {
    for (const target of made) {
      await withPathOrNone(deps, target, async (path) => path && deps.host.files.remove(path.path));
    }
    throw error;
  }
}
