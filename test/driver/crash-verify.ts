import { readFile, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { NodeWish } from './crash-orchestrator.ts';
import { DATA, NAME, type CrashPlace } from './crash-place.ts';

/** The volume can be staged; it holds what its source held, and its filesystem has about `size` bytes. */
export async function expectVolume(
  place: CrashPlace,
  { data, size, ...wish }: NodeWish & { data?: boolean; size?: number } = {},
): Promise<void> {
  await place.co.stage(NAME, wish);
  if (data === true) await expectData(place, NAME);
  if (size !== undefined) await expectSize(place, NAME, size);
  await place.co.unstage(NAME);
}

/** What was written before is where the volume is staged. */
export async function expectData(place: CrashPlace, name: string): Promise<void> {
  expect(await readFile(place.path(join(place.co.stagingOf(name), 'file')), 'utf8')).to.equal(`${DATA}\n`);
}

/** The filesystem where the volume is staged has at least 80 % of `size`; its own needs take the rest. */
export async function expectSize(place: CrashPlace, name: string, size: number): Promise<void> {
  const { blocks, bsize } = await statfs(place.path(place.co.stagingOf(name)));
  expect(blocks * bsize).to.be.within(size * 0.8, size);
}
