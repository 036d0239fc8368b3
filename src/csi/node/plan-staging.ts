import type { Access } from '../../domain/access.ts';
import { VolumeError } from '../../domain/errors.ts';
import type { LoopDevice } from '../../host/host.ts';
import type { ImageMount } from '../../pool/image-mount.ts';
import type { ImageUsage } from '../../pool/image-usage.ts';
import type { Pool } from '../../pool/pool.ts';
import type { VolumeRecord } from '../../pool/record.ts';
import { accessOfMount, heldAccess } from './volume-usage.ts';
import { called, podOf } from './words.ts';

/** A volume and how it is to be staged. */
export interface Staging {
  readonly pool: Pool;
  readonly record: VolumeRecord;
  readonly access: Access;
  /** Of the capability, checked. */
  readonly mountFlags: readonly string[];
}

/** What there is to do: nothing but to heal, the first staging, or another one of what is staged already. */
export type StagingPlan =
  | { readonly kind: 'staged'; readonly mount: ImageMount }
  | { readonly kind: 'first' }
  | { readonly kind: 'another'; readonly device: LoopDevice };

/**
 * The access rules for staging a volume at `point`, from what the kernel has. At the same place with the same access it
 * is done, with another one ALREADY_EXISTS; elsewhere readers join readers and writers join writers, and the rest is
 * FAILED_PRECONDITION naming who holds it (CSI 1.13, NodeStageVolume).
 */
export function planStaging(
  usage: ImageUsage,
  staging: { record: VolumeRecord; access: Access; point: string },
): StagingPlan {
  const { record, access, point } = staging;
  const volume = called(record);
  const foreign = usage.loops.find((loop) => loop.access === 'foreign');
  if (foreign !== undefined) {
    const { path } = foreign.device;
    const message = `the image of ${volume} is attached to ${path} by somebody else: detach it (losetup -d ${path})`;
    throw new VolumeError('FailedPrecondition', message);
  }
  const here = usage.mounts.findLast(({ target }) => target === point);
  if (here !== undefined) {
    const present = accessOfMount(usage, here);
    if (present === access) return { kind: 'staged', mount: here };
    const message = `${volume} is staged at ${point} for ${String(present)}, not ${access}: unstage it first`;
    throw new VolumeError('AlreadyExists', message);
  }
  const held = heldAccess(usage);
  // A target tells which pod it is.
  const holder = usage.mounts.find(({ target }) => podOf(target) !== undefined) ?? usage.mounts[0];
  if (held === undefined || holder === undefined) return { kind: 'first' };
  if (held === access && access !== 'single-writer') return { kind: 'another', device: holder.device };
  const pod = podOf(holder.target);
  const where = pod === undefined ? `at ${holder.target}` : `by the pod with uid ${pod} (at ${holder.target})`;
  const message = `${volume} is held for ${held} ${where}, which excludes ${access}: unstage it there first`;
  throw new VolumeError('FailedPrecondition', message);
}

/** Devices that a stage or publish which did not end has left: nothing is mounted from them. */
export function idleDevices({ loops, mounts }: ImageUsage): readonly LoopDevice[] {
  const inUse = new Set(mounts.map(({ device }) => device.path));
  return loops
    .filter(({ access, device }) => access !== 'foreign' && !inUse.has(device.path))
    .map(({ device }) => device);
}
