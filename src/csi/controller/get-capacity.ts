import type { PoolResource } from '../../domain/pool.ts';
import { silentSince } from '../../domain/silence.ts';
import { roundDownToBlock } from '../../domain/sizes.ts';
import { nodeOf } from '../../domain/topology.ts';
import type { GetCapacityRequest__Output } from '../gen/csi/v1/GetCapacityRequest.ts';
import type { GetCapacityResponse } from '../gen/csi/v1/GetCapacityResponse.ts';
import { requireCapability } from '../server/require.ts';
import { sizeBounds } from './choose-size.ts';
import type { ControllerDeps } from './deps.ts';
import { managedCapacity } from './managed/managed-capacity.ts';
import { isManagedClass } from './managed/managed-parameters.ts';
import { mergeIoLimits } from './mutable-parameters.ts';
import { placesFor } from './places-for.ts';
import { parseVolumeParameters } from './volume-parameters.ts';
import { defaultFsType, requireAllowed, volumeShape } from './volume-shape.ts';

/**
 * CSI 1.13, GetCapacity: what the emptiest of the pools that suit has left, since a volume lives in one pool; nothing
 * when none suits; no end of it for what stores elsewhere. Bytes.
 */
export async function getCapacity(
  request: GetCapacityRequest__Output,
  { catalog, filesystemRules, now }: ControllerDeps,
): Promise<GetCapacityResponse> {
  const capabilities = request.volumeCapabilities.map((capability) =>
    requireCapability(capability, 'volume_capabilities'),
  );
  const node = request.accessibleTopology === null ? undefined : nodeOf(request.accessibleTopology);
  if (isManagedClass(request.parameters)) {
    return managedCapacity({ capabilities, parameters: request.parameters, node, now: now() }, catalog);
  }
  const parameters = parseVolumeParameters(request.parameters);
  const { volumeMode, fsType, mountFlags } = volumeShape(capabilities, parameters);
  const ownFsType = volumeMode === 'Block' ? undefined : (fsType ?? defaultFsType);
  const rules = requireAllowed(filesystemRules, ownFsType, { ...parameters, mountFlags });

  const isLimited = mergeIoLimits(undefined, parameters) !== undefined;
  const suits = (pool: PoolResource): boolean =>
    pool.status.ready &&
    silentSince(pool, now()) === undefined &&
    (!isLimited || pool.status.ioLimits === true) &&
    (parameters.pool === undefined || parameters.pool === pool.spec.name) &&
    (node === undefined || pool.spec.nodes.includes(node));
  const places = placesFor({ ...parameters, fsType: ownFsType }, await catalog.pools.list());
  const [best] = places.filter(suits).sort((a, b) => b.status.available - a.status.available);
  if (best === undefined) return { availableCapacity: 0, maximumVolumeSize: { value: 0 } };

  // It takes no room there, so any claim has enough: the scheduler compares the size that a claim must carry with this.
  if (rules?.isPromised === false) {
    return { availableCapacity: Number.MAX_SAFE_INTEGER, maximumVolumeSize: { value: Number.MAX_SAFE_INTEGER } };
  }
  const available = roundDownToBlock(Math.max(best.status.available, 0));
  const { minimum, maximum } = sizeBounds(rules, best);
  return {
    availableCapacity: available,
    maximumVolumeSize: { value: roundDownToBlock(Math.min(available, maximum)) },
    minimumVolumeSize: { value: minimum },
  };
}
