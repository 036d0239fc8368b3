import { randomUUID } from 'node:crypto';
import type { Catalog } from '../../catalog/catalog.ts';
import { VolumeError } from '../../domain/errors.ts';
import type { FilesystemRulebook } from '../../domain/filesystem-rules.ts';
import { volumeId } from '../../domain/ids.ts';
import type { PoolResource } from '../../domain/pool.ts';
import type { Volume, VolumeSpec, VolumeStatus } from '../../domain/volume.ts';
import type { CreateVolumeRequest__Output } from '../gen/csi/v1/CreateVolumeRequest.ts';
import type { CreateVolumeResponse } from '../gen/csi/v1/CreateVolumeResponse.ts';
import type { Call } from '../server/unary.ts';
import { checkSameVolume } from './check-same-volume.ts';
import { choosePool } from './choose-pool.ts';
import { chooseSize, sizeBounds } from './choose-size.ts';
import { findSource, type SourceFacts } from './content-source.ts';
import type { ControllerDeps } from './deps.ts';
import { ensureCreated } from './ensure-created.ts';
import { withMutable } from './mutable-parameters.ts';
import { nodesOfPool } from './pool-nodes.ts';
import { isReachable } from './topology-request.ts';
import { parseVolumeWish, type VolumeWish } from './volume-wish.ts';
import { topologies, volumeMessage } from './volume-message.ts';
import { defaultFsType, requireAllowed } from './volume-shape.ts';

const UNMADE: VolumeStatus = { observedRevision: 0, ready: false, size: 0, health: [], mounts: [] };

/**
 * CSI 1.13, CreateVolume: the id is a function of the name, so a repeated call finds the volume, waits for it when it is
 * still being made, and answers the same; one that asks for something else is refused with AlreadyExists.
 */
export async function createVolume(
  request: CreateVolumeRequest__Output,
  { catalog, filesystemRules }: ControllerDeps,
  call: Call,
): Promise<CreateVolumeResponse> {
  const wish = parseVolumeWish(request, filesystemRules);
  const creation = {
    status: UNMADE,
    plan: () => planVolume(wish, catalog, filesystemRules),
    check: (present: Volume) => {
      checkSameVolume(present, wish);
    },
  };
  const volume = await ensureCreated(catalog.volumes, volumeId(wish.name), creation, call);

  const nodes = await nodesOfPool(catalog, volume.spec.pool);
  if (!isReachable(nodes, wish.placement)) {
    const message = `volume "${wish.name}" exists, but is reached from node ${nodes.join(', ')} and none of those asked for`;
    throw new VolumeError('AlreadyExists', `${message}: choose another name`);
  }
  return { volume: volumeMessage(volume, topologies(nodes)) };
}

/** Decides where the volume will be and how large. */
async function planVolume(
  wish: VolumeWish,
  catalog: Catalog,
  filesystemRules: FilesystemRulebook,
): Promise<VolumeSpec> {
  const source = wish.source === undefined ? undefined : await findSource(wish.source, catalog);
  if (source !== undefined) checkSource(source, wish);
  const { volumeMode, accessModes, mountFlags } = wish.shape;
  const { mkfsOptions, exclusive, provisioning, tags, pool: poolName } = wish.parameters;
  const fsType = volumeMode === 'Block' ? undefined : (wish.shape.fsType ?? source?.fsType ?? defaultFsType);
  const rules = requireAllowed(filesystemRules, fsType, { mkfsOptions, mountFlags });

  const pools = await catalog.pools.list();
  const { pool, size } = choosePool(source === undefined ? pools : poolOfSource(pools, source, poolName), {
    poolName,
    placement: wish.placement,
    sizeIn: (candidate) => chooseSize(wish.range, sizeBounds(rules, candidate), source?.size),
  });
  return {
    desired: 'Present',
    revision: 1,
    name: wish.name,
    uuid: randomUUID(),
    size,
    volumeMode,
    fsType,
    mkfsOptions: [...mkfsOptions],
    source: wish.source,
    parameters: { ...wish.rawParameters },
    ...withMutable({ exclusive, provisioning, tags }, wish.mutable),
    accessModes: [...accessModes],
    claim: wish.claim,
    pool: pool.id,
    attachments: [],
  };
}

/** CSI 1.13, CreateVolume: a source that does not suit the request is InvalidArgument. */
function checkSource(source: SourceFacts, { shape, source: given }: VolumeWish): void {
  const id = given?.id ?? '';
  if (source.volumeMode !== shape.volumeMode) {
    throw new VolumeError('InvalidArgument', `source ${id} is a ${source.volumeMode} volume, and so is a copy of it`);
  }
  if (shape.fsType !== undefined && shape.fsType !== source.fsType) {
    const has = source.fsType ?? 'no filesystem';
    throw new VolumeError('InvalidArgument', `source ${id} has ${has}, and so has a copy of it, not ${shape.fsType}`);
  }
}

/** A copy shares its blocks with its source, so it lives in the same pool. */
function poolOfSource(
  pools: readonly PoolResource[],
  source: SourceFacts,
  poolName: string | undefined,
): readonly PoolResource[] {
  const own = pools.filter(({ id }) => id === source.pool);
  const [pool] = own;
  if (pool !== undefined && poolName !== undefined && pool.spec.name !== poolName) {
    throw new VolumeError(
      'InvalidArgument',
      `the source is in pool ${pool.spec.name}: a copy cannot be in ${poolName}`,
    );
  }
  return own;
}
