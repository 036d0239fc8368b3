import type { FilesystemRulebook } from '../../domain/filesystem-rules.ts';
import type { IoLimits } from '../../domain/io-limits.ts';
import type { ContentSource } from '../../domain/volume.ts';
import type { CreateVolumeRequest__Output } from '../gen/csi/v1/CreateVolumeRequest.ts';
import { parseCapacityRange, type SizeRange } from '../server/int64.ts';
import { requireCapabilities, requireName } from '../server/require.ts';
import { chooseSize, sizeBounds } from './choose-size.ts';
import { orTemplate, parseSource } from './content-source.ts';
import {
  mergeIoLimits,
  parseMutableParameters,
  refuseOfDirectory,
  refuseUnlimited,
  withMutable,
  type MutableParameters,
} from './mutable-parameters.ts';
import { checkFilled } from './populated-from.ts';
import { parsePlacement, type Placement } from './topology-request.ts';
import { claimOf, ownParameters, parseVolumeParameters, type VolumeParameters } from './volume-parameters.ts';
import { defaultFsType, refuseAsBlock, requireAllowed, volumeShape, type VolumeShape } from './volume-shape.ts';

/** A CreateVolume request that is good in itself. */
export interface VolumeWish {
  readonly name: string;
  readonly shape: VolumeShape;
  readonly parameters: VolumeParameters;
  /** As given, without the orchestrator's notes. */
  readonly rawParameters: Readonly<Record<string, string>>;
  readonly mutable: MutableParameters;
  /** Of the parameters, with the mutable ones laid over them. */
  readonly ioLimits: IoLimits | undefined;
  /** The PersistentVolumeClaim, `namespace/name`, where the orchestrator tells it. */
  readonly claim: string | undefined;
  readonly range: SizeRange;
  readonly source: ContentSource | undefined;
  readonly placement: Placement;
}

/** Throws InvalidArgument and OutOfRange for all that can be seen without looking anything up. */
export function parseVolumeWish(request: CreateVolumeRequest__Output, filesystemRules: FilesystemRulebook): VolumeWish {
  const name = requireName(request.name);
  const capabilities = requireCapabilities(request.volumeCapabilities);
  const parameters = parseVolumeParameters(request.parameters);
  const mutable = parseMutableParameters(request.mutableParameters);
  const ioLimits = mergeIoLimits(mergeIoLimits(undefined, parameters), mutable);
  withMutable({ ...parameters, ioLimits }, mutable);
  const shape = volumeShape(capabilities, parameters);
  if (shape.volumeMode === 'Block') refuseAsBlock(parameters, filesystemRules);
  const range = parseCapacityRange(request.capacityRange);
  const source = orTemplate(parseSource(request.volumeContentSource), parameters.template);
  const placement = parsePlacement(request.accessibilityRequirements);

  const ownFsType =
    shape.volumeMode === 'Block' || source !== undefined ? shape.fsType : (shape.fsType ?? defaultFsType);
  const rules = requireAllowed(filesystemRules, ownFsType, { ...parameters, mountFlags: shape.mountFlags });
  refuseOfDirectory(mutable, ownFsType, filesystemRules);
  refuseUnlimited(parameters, ownFsType, filesystemRules);
  rules?.checkArguments(parameters.arguments);
  const claim = claimOf(request.parameters);
  checkFilled({ parameters, source, claim }, rules);
  // A size that no pool could have; the pool and the source narrow it later.
  if (source === undefined) chooseSize(range, sizeBounds(rules));
  const rawParameters = ownParameters(request.parameters);
  return { name, shape, parameters, rawParameters, mutable, ioLimits, claim, range, source, placement };
}
