import { randomUUID } from 'node:crypto';
import { VolumeError } from '../../domain/errors.ts';
import { formatSize } from '../../domain/sizes.ts';
import type { Volume, VolumeSpec } from '../../domain/volume.ts';
import type { ControllerExpandVolumeRequest__Output } from '../gen/csi/v1/ControllerExpandVolumeRequest.ts';
import type { ControllerExpandVolumeResponse } from '../gen/csi/v1/ControllerExpandVolumeResponse.ts';
import { parseCapacityRange, type SizeRange } from '../server/int64.ts';
import { requireCapability, requireId } from '../server/require.ts';
import type { Call } from '../server/unary.ts';
import { changeVolume, type VolumeChange } from './change-volume.ts';
import { checkCapability } from './check-capability.ts';
import { chooseSize, sizeBounds, type SizeBounds } from './choose-size.ts';
import type { ControllerDeps } from './deps.ts';
import { requireVolume } from './find-resource.ts';
import { requireSize } from './managed/refuse-of-managed.ts';

/**
 * CSI 1.13, ControllerExpandVolume, online as well: the agent makes the image larger, the node grows the filesystem. A
 * volume that is large enough already is fine, so a repeated call succeeds; nothing ever becomes smaller.
 */
export async function controllerExpandVolume(
  request: ControllerExpandVolumeRequest__Output,
  deps: ControllerDeps,
  call: Call,
): Promise<ControllerExpandVolumeResponse> {
  const { catalog, filesystemRules } = deps;
  const id = requireId(request.volumeId, 'volume_id');
  const range = requireRange(request);
  const capability = request.volumeCapability === null ? undefined : requireCapability(request.volumeCapability);

  const volume = await requireVolume(catalog, id);
  if (capability !== undefined) checkCapability(capability, volume, filesystemRules);
  requireSize(volume);
  const { fsType, volumeMode, pool } = volume.spec;
  const rules = fsType === undefined ? undefined : filesystemRules.get(fsType);
  const canGrow = rules?.canGrow ?? true;
  const bounds = sizeBounds(rules, await catalog.pools.find(pool));

  const change: VolumeChange = {
    ask: (now) => {
      const spec = largerSpec(now, range, bounds);
      if (spec === undefined || canGrow) return spec;
      const message = `volume ${id} cannot be expanded: filesystem ${String(fsType)} is registered without a hook that grows it`;
      throw new VolumeError('FailedPrecondition', message);
    },
    isDone: (now) => now.status.size >= range.required,
    undo: (now, asked) => (now.spec.size === asked.size ? { ...now.spec, size: now.status.size } : undefined),
  };
  const larger = change.ask(volume);
  const held = larger && (await deps.quotas.hold(id, larger, randomUUID()));
  try {
    const { status } = await changeVolume(deps, id, change, call);
    held?.kept();
    return { capacityBytes: status.size, nodeExpansionRequired: volumeMode === 'Filesystem' };
  } catch (error) {
    if (larger === undefined || !(await mayComeYet(error, volume, larger.size, deps))) await held?.giveBack();
    throw error;
  }
}

/** Whether nobody knows if the size was written: it may be still, by a request without an answer. */
async function mayComeYet(
  error: unknown,
  volume: Volume,
  size: number,
  { catalog }: Pick<ControllerDeps, 'catalog'>,
): Promise<boolean> {
  if (!(error instanceof VolumeError) || error.reason !== 'Unavailable') return false;
  const now = await catalog.volumes.find(volume.id).catch(() => volume);
  return now?.spec.uuid === volume.spec.uuid && now.spec.size < size;
}

/** Undefined when the volume is large enough. Throws OutOfRange. */
function largerSpec({ id, spec, status }: Volume, range: SizeRange, bounds: SizeBounds): VolumeSpec | undefined {
  if (status.size > range.limit) {
    const message = `volume ${id} has ${formatSize(status.size)} already, above the limit of ${formatSize(range.limit)}`;
    throw new VolumeError('OutOfRange', `${message}: volumes never become smaller`);
  }
  if (range.required <= status.size) return undefined;
  return { ...spec, size: chooseSize(range, { ...bounds, minimum: 0 }) };
}

function requireRange({ capacityRange }: ControllerExpandVolumeRequest__Output): SizeRange {
  const range = parseCapacityRange(capacityRange);
  if (range.required > 0 || Number.isFinite(range.limit)) return range;
  throw new VolumeError('InvalidArgument', 'capacity_range is missing: require a size');
}
