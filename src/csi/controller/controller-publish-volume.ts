import { modify } from '../../catalog/modify.ts';
import { isReaderMode } from '../../domain/access.ts';
import { VolumeError } from '../../domain/errors.ts';
import { refusePopulating } from '../../domain/populating.ts';
import { nameOfVolume } from '../../domain/volume-name.ts';
import type { Attachment, Volume, VolumeSpec } from '../../domain/volume.ts';
import type { ControllerPublishVolumeRequest__Output } from '../gen/csi/v1/ControllerPublishVolumeRequest.ts';
import type { ControllerPublishVolumeResponse } from '../gen/csi/v1/ControllerPublishVolumeResponse.ts';
import { requireCapability, requireId } from '../server/require.ts';
import { checkCapability } from './check-capability.ts';
import type { ControllerDeps } from './deps.ts';
import { requirePool } from './find-pool.ts';
import { requireFound, requireReady, requireVolume } from './find-resource.ts';
import { nodesFor } from './pool-nodes.ts';
import { checkContext } from './volume-message.ts';

/**
 * CSI 1.13, ControllerPublishVolume: one writer or many readers, whoever asks at once: each grant is a compare-and-swap
 * on the volume. A mode that only reads, or the readonly flag, grants reading alone, which the node learns from the
 * publish context. Safe to repeat: the same grant is found and answered again.
 */
export async function controllerPublishVolume(
  request: ControllerPublishVolumeRequest__Output,
  deps: ControllerDeps,
): Promise<ControllerPublishVolumeResponse> {
  const id = requireId(request.volumeId, 'volume_id');
  const nodeName = requireId(request.nodeId, 'node_id');
  const capability = requireCapability(request.volumeCapability);
  const volume = await requireVolume(deps.catalog, id);
  checkContext(volume, request.volumeContext);
  checkCapability(capability, volume, deps.filesystemRules);
  refusePopulating({ id, ...volume.spec });
  await requireReach(volume, nodeName, deps);

  const readOnly = request.readonly || isReaderMode(capability.mode);
  const attachment: Attachment = { nodeName, readOnly, accessMode: capability.mode };
  if (deps.maxVolumesPerNode === 0) await grant(id, attachment, deps);
  else await deps.turns.run(nodeName, () => grantWithinLimit(id, attachment, deps));
  return { publishContext: { readOnly: String(readOnly) } };
}

/** Throws NotFound for a node that no pool knows, FailedPrecondition for one that does not reach this volume's pool. */
async function requireReach(volume: Volume, nodeName: string, { catalog }: ControllerDeps): Promise<void> {
  const pools = await catalog.pools.list();
  if (!pools.some((pool) => pool.spec.nodes.includes(nodeName))) {
    throw new VolumeError('NotFound', `there is no node ${nodeName}: its driver has never registered`);
  }
  const { pool: id } = volume.spec;
  const pool = pools.find((candidate) => candidate.id === id) ?? (await requirePool(catalog, id, nameOfVolume(volume)));
  const nodes = nodesFor(volume.spec, pool.spec.nodes);
  if (nodes.includes(nodeName)) return;
  const message = `${nameOfVolume(volume)} is in pool ${id}, which node ${nodes.join(', ')} only reaches`;
  throw new VolumeError('FailedPrecondition', message);
}

/** CSI 1.13, "Max volumes attached"; the caller holds the node's turn. */
async function grantWithinLimit(id: string, attachment: Attachment, deps: ControllerDeps): Promise<void> {
  const { nodeName } = attachment;
  const { maxVolumesPerNode: limit, catalog } = deps;
  const attached = await catalog.volumes.list({ attachedTo: nodeName, limit });
  if (attached.length >= limit && !attached.some((volume) => volume.id === id)) {
    throw new VolumeError('ResourceExhausted', `node ${nodeName} has ${limit} volumes, its limit: detach one first`);
  }
  await grant(id, attachment, deps);
}

async function grant(id: string, attachment: Attachment, { catalog }: ControllerDeps): Promise<void> {
  const granted = await modify(catalog.volumes, id, (volume) => withAttachment(requireReady(volume), attachment));
  requireFound(granted, `volume ${id}`);
}

/** Undefined when it is attached like that already. Throws when another attachment stands in the way. */
function withAttachment(volume: Volume, wanted: Attachment): VolumeSpec | undefined {
  const { spec } = volume;
  const own = spec.attachments.find(({ nodeName }) => nodeName === wanted.nodeName);
  if (own !== undefined) {
    if (own.readOnly === wanted.readOnly && own.accessMode === wanted.accessMode) return undefined;
    const held = `${own.accessMode}${own.readOnly ? ', read-only' : ''}`;
    throw new VolumeError(
      'AlreadyExists',
      `${nameOfVolume(volume)} is attached to node ${own.nodeName} as ${held}: detach it first`,
    );
  }
  const isShared = spec.sharing === 'many' && !spec.exclusive;
  const holder = isShared ? undefined : spec.attachments.find(({ readOnly }) => !readOnly || !wanted.readOnly);
  if (holder !== undefined) {
    const use = holder.readOnly ? 'for reading' : 'for writing';
    const message = `${nameOfVolume(volume)} is attached to node ${holder.nodeName} ${use}: detach it there first`;
    throw new VolumeError('FailedPrecondition', message);
  }
  return { ...spec, attachments: [...spec.attachments, wanted] };
}
