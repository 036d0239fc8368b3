import type { Access } from '../../domain/access.ts';
import { VolumeError } from '../../domain/errors.ts';
import type { LoopDevice } from '../../host/host.ts';
import type { ImageUsage } from '../../pool/image-usage.ts';
import type { Pool } from '../../pool/pool.ts';
import type { VolumeRecord } from '../../pool/record.ts';
import { heldAccess, type Holding } from './holding.ts';
import { called, podOf, type Named } from './words.ts';

/** A volume and how it is to be staged. */
export interface Staging {
  readonly pool: Pool;
  readonly record: VolumeRecord;
  readonly access: Access;
  /** Of the capability, checked. */
  readonly mountFlags: readonly string[];
}

/** What there is to do: nothing but to heal, the first staging, or another one of what is shown already. */
export type StagingPlan<M extends Holding> =
  | { readonly kind: 'staged'; readonly mount: M }
  | { readonly kind: 'first' }
  | { readonly kind: 'another'; readonly mount: M };

/**
 * The access rules for staging a volume at `point`, from where the kernel shows it. At the same place with the same access
 * it is done, with another one ALREADY_EXISTS; elsewhere readers join readers and writers join writers, and the rest is
 * FAILED_PRECONDITION naming who holds it (CSI 1.13, NodeStageVolume).
 */
export function planStaging<M extends Holding>(
  shown: readonly M[],
  staging: { volume: Named; access: Access; point: string },
): StagingPlan<M> {
  const { access, point } = staging;
  const volume = called(staging.volume);
  const here = shown.findLast(({ target }) => target === point);
  if (here !== undefined) {
    if (here.access === access) return { kind: 'staged', mount: here };
    const message = `${volume} is staged at ${point} for ${String(here.access)}, not ${access}: unstage it first`;
    throw new VolumeError('AlreadyExists', message);
  }
  const held = heldAccess(shown);
  // A target tells which pod it is.
  const holder = shown.find(({ target }) => podOf(target) !== undefined) ?? shown[0];
  if (held === undefined || holder === undefined) return { kind: 'first' };
  if (held === access && access !== 'single-writer') return { kind: 'another', mount: holder };
  const pod = podOf(holder.target);
  const where = pod === undefined ? `at ${holder.target}` : `by the pod with uid ${pod} (at ${holder.target})`;
  const message = `${volume} is held for ${held} ${where}, which excludes ${access}: unstage it there first`;
  throw new VolumeError('FailedPrecondition', message);
}

/** Throws FailedPrecondition when somebody else has attached the image. */
export function refuseForeign({ loops }: ImageUsage, volume: Named): void {
  const foreign = loops.find((loop) => loop.access === 'foreign');
  if (foreign === undefined) return;
  const { path } = foreign.device;
  const message = `the image of ${called(volume)} is attached to ${path} by somebody else: detach it (losetup -d ${path})`;
  throw new VolumeError('FailedPrecondition', message);
}

/** Devices that a stage or publish which did not end has left: nothing is mounted from them. */
export function idleDevices({ loops, mounts }: ImageUsage): readonly LoopDevice[] {
  const inUse = new Set(mounts.map(({ device }) => device.path));
  return loops
    .filter(({ access, device }) => access !== 'foreign' && !inUse.has(device.path))
    .map(({ device }) => device);
}
