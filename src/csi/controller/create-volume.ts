import { randomUUID } from 'node:crypto';
import { VolumeError } from '../../domain/errors.ts';
import { volumeId } from '../../domain/ids.ts';
import { unmadeVolume, type Volume, type VolumeSpec } from '../../domain/volume.ts';
import type { CreateVolumeRequest__Output } from '../gen/csi/v1/CreateVolumeRequest.ts';
import type { CreateVolumeResponse } from '../gen/csi/v1/CreateVolumeResponse.ts';
import type { Call } from '../server/unary.ts';
import { checkSameVolume } from './check-same-volume.ts';
import { choosePool } from './choose-pool.ts';
import { placesFor } from './places-for.ts';
import { chooseSize, sizeBounds } from './choose-size.ts';
import { findSource } from './content-source.ts';
import { checkSource, poolOfSource, refuseLargerCopy } from './copy-of-source.ts';
import type { ControllerDeps } from './deps.ts';
import { ensureCreated } from './ensure-created.ts';
import { createManagedVolume } from './managed/create-managed-volume.ts';
import { isManagedClass } from './managed/managed-parameters.ts';
import { refuseUnlimited, withMutable } from './mutable-parameters.ts';
import { forOrigin } from './origin/for-origin.ts';
import { isToBeFilled } from './populated-from.ts';
import { nodesOfVolume } from './pool-nodes.ts';
import { canStay } from './place-of-volume.ts';
import { notingUnanswered, takeNoteAway } from './unanswered.ts';
import { parseVolumeWish, type VolumeWish } from './volume-wish.ts';
import { topologies, volumeMessage } from './volume-message.ts';
import { defaultFsType, requireAllowed } from './volume-shape.ts';

/**
 * CSI 1.13, CreateVolume: the id is a function of the name, so a repeated call finds the volume, waits for it when it is
 * still being made, and answers the same; one that asks for something else is refused with AlreadyExists.
 */
export async function createVolume(
  request: CreateVolumeRequest__Output,
  deps: ControllerDeps,
  call: Call,
): Promise<CreateVolumeResponse> {
  const make = isManagedClass(request.parameters) ? createManagedVolume : createImageVolume;
  const made = await forOrigin(request, deps, (forClaim) => make(forClaim, deps, call));
  const volume = await takeNoteAway(made, deps);
  const nodes = await nodesOfVolume(deps.catalog, volume.spec);
  // Nothing can be bound to a volume that no node reaches.
  if (nodes.length === 0) throw new VolumeError('Aborted', `pool ${volume.spec.pool} has just gone; try again`);
  return { volume: volumeMessage(volume, topologies(nodes)) };
}

async function createImageVolume(
  request: CreateVolumeRequest__Output,
  deps: ControllerDeps,
  call: Call,
): Promise<Volume> {
  const { catalog } = deps;
  const wish = parseVolumeWish(request, deps.filesystemRules);
  const id = volumeId(wish.name);
  const plan = () => planVolume(wish, deps);
  const creation = {
    status: unmadeVolume,
    plan,
    check: (present: Volume) => {
      checkSameVolume(present, wish);
    },
    checkPlace: (present: Volume) => canStay(present, { placement: wish.placement, plan }, deps, call),
  };
  return await notingUnanswered(id, deps, () => ensureCreated(catalog.volumes, id, creation, deps, call));
}

/** Decides where the volume will be and how large. */
async function planVolume(wish: VolumeWish, { catalog, filesystemRules, now }: ControllerDeps): Promise<VolumeSpec> {
  const source =
    wish.source === undefined ? undefined : await findSource(wish.source, catalog, wish.parameters.template);
  if (source !== undefined) checkSource(source, wish);
  const { ioLimits } = wish;
  const { volumeMode, accessModes, mountFlags } = wish.shape;
  const { mkfsOptions, exclusive, provisioning, tags, deleteLock, pool: poolName } = wish.parameters;
  const fsType = volumeMode === 'Block' ? undefined : (wish.shape.fsType ?? source?.fsType ?? defaultFsType);
  const rules = requireAllowed(filesystemRules, fsType, { ...wish.parameters, mountFlags });
  refuseUnlimited(wish.ioLimits ?? {}, fsType, filesystemRules);
  const args = rules?.checkArguments(wish.parameters.arguments) ?? {};

  const pools = placesFor({ ...wish.parameters, fsType }, await catalog.pools.list());
  const candidates = source === undefined ? pools : poolOfSource(pools, source, poolName);
  const { pool, size } = choosePool(candidates, {
    poolName,
    placement: wish.placement,
    now: now(),
    sizeIn: (candidate) => {
      const size = chooseSize(wish.range, sizeBounds(rules, candidate), source?.size);
      if (source !== undefined && rules?.canGrow === false) refuseLargerCopy(fsType, size, source.size);
      return size;
    },
    isPromised: rules?.isPromised ?? true,
    isLimited: wish.ioLimits !== undefined,
  });
  return {
    desired: 'Present',
    revision: 1,
    name: wish.name,
    uuid: randomUUID(),
    size,
    volumeMode,
    fsType,
    ...(Object.keys(args).length > 0 && { arguments: args }),
    ...(wish.parameters.sharing === 'many' && { sharing: 'many' }),
    mkfsOptions: [...mkfsOptions],
    source: wish.source,
    parameters: { ...wish.rawParameters },
    ...withMutable(
      { exclusive, provisioning, tags, deleteLock, ioLimits, populating: isToBeFilled(wish) },
      wish.mutable,
    ),
    accessModes: [...accessModes],
    claim: wish.claim,
    pool: pool.id,
    attachments: [],
  };
}
