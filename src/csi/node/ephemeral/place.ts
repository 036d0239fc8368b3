import { VolumeError } from '../../../domain/errors.ts';
import { BLOCK_SIZE, formatSize, GiB, roundDownToBlock, roundUpToBlock } from '../../../domain/sizes.ts';
import type { Filesystem } from '../../../filesystem/filesystem.ts';
import type { Pool } from '../../../pool/pool.ts';
import type { NodeDeps } from '../deps.ts';
import type { EphemeralWish } from './attributes.ts';

const DEFAULT_SIZE = GiB;

export interface EphemeralPlace {
  readonly pool: Pool;
  /** Bytes, whole blocks. */
  readonly size: number;
}

/**
 * Where an ephemeral volume will be, and how large: in the pool that is named, else in that with the most room. Throws
 * OutOfRange for a size that it cannot have, InvalidArgument for a pool that this node does not have, FailedPrecondition
 * when there is none to use. Whether there is room is for the pool's ledger to say.
 */
export function placeEphemeral(wish: EphemeralWish, filesystem: Filesystem, deps: NodeDeps): EphemeralPlace {
  const pools = [...usablePools(wish, deps)].sort((a, b) => b.ledger.available - a.ledger.available);
  const misfits: VolumeError[] = [];
  for (const pool of pools) {
    try {
      return { pool, size: sizeIn(pool, wish, filesystem, deps.ephemeral.maximumSize) };
    } catch (error) {
      if (!(error instanceof VolumeError)) throw error;
      misfits.push(error);
    }
  }
  throw misfits[0] ?? new VolumeError('FailedPrecondition', `node ${deps.nodeName} has no pool for volumes`);
}

function usablePools({ pool: name }: EphemeralWish, { pools, nodeName }: NodeDeps): readonly Pool[] {
  const open = pools.all();
  const usable = name === undefined ? open : open.filter((pool) => pool.name === name);
  if (usable.length > 0) return usable;
  for (const [closed, problem] of pools.problems()) {
    if (name !== undefined && name !== closed) continue;
    throw new VolumeError('FailedPrecondition', `pool ${closed} of node ${nodeName} is not open: ${problem}`);
  }
  if (name === undefined) return [];
  const known = open.map((pool) => pool.name).join(', ');
  const has = known === '' ? 'it has none' : `it has ${known}`;
  throw new VolumeError('InvalidArgument', `volume attribute pool: node ${nodeName} has no pool ${name}; ${has}`);
}

function sizeIn(pool: Pool, wish: EphemeralWish, filesystem: Filesystem, operatorMaximum: number): number {
  const { minimumVolumeSize, maximumVolumeSize } = pool.settings;
  const minimum = roundUpToBlock(Math.max(filesystem.minimumSize, minimumVolumeSize, BLOCK_SIZE));
  const maximum = roundDownToBlock(Math.min(filesystem.maximumSize, maximumVolumeSize, operatorMaximum));
  const size = roundUpToBlock(wish.size ?? Math.max(Math.min(DEFAULT_SIZE, maximum), minimum));
  if (size < minimum) {
    const least = `${formatSize(minimum)} (${minimum} bytes)`;
    throw outOfRange(
      `${formatSize(size)} is too small: with ${filesystem.name} in pool ${pool.name} it is at least ${least}`,
    );
  }
  if (size > maximum) {
    const most = `${formatSize(maximum)} (${maximum} bytes)`;
    const instead = 'ask for less, or use a PersistentVolumeClaim or a generic ephemeral volume';
    throw outOfRange(`${formatSize(size)} is more than the ${most} that an inline volume may have here: ${instead}`);
  }
  return size;
}

function outOfRange(message: string): VolumeError {
  return new VolumeError('OutOfRange', `volume attribute size: ${message}`);
}
