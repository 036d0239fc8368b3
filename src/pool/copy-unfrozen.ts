import { VolumeError } from '../domain/errors.ts';
import { copyImage } from './copy-image.ts';
import { inParallel } from './in-parallel.ts';
import type { Pool } from './pool.ts';

/** The image of a block device that can be written to, and where it is to be copied. */
export interface RawCopy {
  readonly volumeId: string;
  /** The loop devices through which it can be written to, in /dev. */
  readonly devices: readonly string[];
  readonly source: string;
  readonly target: string;
}

const COPIES_AT_A_TIME = 4;
/** Milliseconds: so long filesystems that are cut together with them stay frozen at most. */
const LIMIT_MS = 2_000;

/**
 * Copies images of block devices, which nothing can freeze, so that all copies are of one moment: one that was written to
 * since its copy began is copied again, until none was. Then they are as the devices were when the last look began: of
 * what came later nothing is in them, and of what was done before nothing is missing. A device alone is of one moment
 * anyhow. Throws FailedPrecondition when no pause between writes is found.
 */
export async function copyUnfrozen(pool: Pool, copies: readonly RawCopy[]): Promise<void> {
  const end = performance.now() + LIMIT_MS;
  const seen = new Map<RawCopy, number>();
  const copyOnce = async (copy: RawCopy): Promise<void> => {
    if (seen.has(copy)) await pool.host.files.remove(copy.target);
    seen.set(copy, await writesOf(pool, copy));
    await copyImage(pool, copy.source, copy.target, {});
  };
  for (let due = copies; due.length > 0; due = copies.length === 1 ? [] : await writtenSince(pool, seen)) {
    if (performance.now() > end) throw noPause(copies);
    await inParallel(due, COPIES_AT_A_TIME, copyOnce);
  }
}

async function writtenSince(pool: Pool, seen: ReadonlyMap<RawCopy, number>): Promise<readonly RawCopy[]> {
  const looked = await Promise.all(
    [...seen].map(async ([copy, writes]) => ({
      copy,
      isWritten: (await writesOf(pool, copy)) !== writes,
    })),
  );
  return looked.flatMap(({ copy, isWritten }) => (isWritten ? [copy] : []));
}

async function writesOf(pool: Pool, { devices }: RawCopy): Promise<number> {
  const writes = await Promise.all(devices.map((device) => pool.host.loops.completedWrites(device)));
  return writes.reduce((sum, count) => sum + count, 0);
}

function noPause(copies: readonly RawCopy[]): VolumeError {
  const ids = copies.map(({ volumeId }) => volumeId).join(', ');
  const message = `block volumes cannot be frozen, and ${ids} are written to without a pause: stop their writer for a moment, or snapshot each alone`;
  return new VolumeError('FailedPrecondition', message);
}
