import { VolumeError } from '../../domain/errors.ts';
import type { FilesystemRules } from '../../domain/filesystem-rules.ts';
import type { PoolResource } from '../../domain/pool.ts';
import { BLOCK_SIZE, formatSize, GiB, roundDownToBlock, roundUpToBlock } from '../../domain/sizes.ts';
import type { SizeRange } from '../server/int64.ts';

/** Bytes. */
export interface SizeBounds {
  readonly minimum: number;
  readonly maximum: number;
}

const DEFAULT_SIZE = GiB;

/** What a volume's size may be: within the filesystem's bounds and, when it is known, the pool's. */
export function sizeBounds(rules: FilesystemRules | undefined, pool?: PoolResource): SizeBounds {
  if (rules?.isPromised === false) return { minimum: BLOCK_SIZE, maximum: rules.maximumSize };
  return {
    minimum: roundUpToBlock(Math.max(rules?.minimumSize ?? 0, pool?.status.minimumVolumeSize ?? 0, BLOCK_SIZE)),
    maximum: Math.min(rules?.maximumSize ?? Infinity, pool?.status.maximumVolumeSize ?? Infinity),
  };
}

/**
 * Bytes, whole blocks: what is required rounded up; else the source's size, or 1 GiB, raised to the minimum and lowered
 * to the limit. Throws OutOfRange when no size fits the range, the bounds and the source.
 */
export function chooseSize({ required, limit }: SizeRange, bounds: SizeBounds, sourceSize = 0): number {
  if (required > 0 && required < sourceSize) {
    throw outOfRange(`${formatSize(required)} is less than the source has: require at least ${exact(sourceSize)}`);
  }
  if (limit < sourceSize) throw outOfRange(`the limit is below the source's size of ${exact(sourceSize)}: raise it`);

  const size = roundUpToBlock(required) || unrequiredSize(limit, bounds, sourceSize);
  if (size > limit) {
    throw outOfRange(`sizes are multiples of 4 KiB, and the next one, ${exact(size)}, is above the limit: raise it`);
  }
  if (size < bounds.minimum) {
    throw outOfRange(`${formatSize(size)} is too small: such a volume has at least ${exact(bounds.minimum)}`);
  }
  if (size > bounds.maximum) {
    throw outOfRange(`${formatSize(size)} is too large: such a volume has at most ${exact(bounds.maximum)}`);
  }
  return size;
}

function unrequiredSize(limit: number, { minimum, maximum }: SizeBounds, sourceSize: number): number {
  const wished = Math.max(sourceSize || Math.min(DEFAULT_SIZE, maximum), minimum);
  return roundDownToBlock(Math.min(wished, limit));
}

function exact(bytes: number): string {
  return `${formatSize(bytes)} (${bytes} bytes)`;
}

function outOfRange(message: string): VolumeError {
  return new VolumeError('OutOfRange', message);
}
