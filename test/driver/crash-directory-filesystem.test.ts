import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { NAME, type CrashPlace } from './crash-place.ts';
import { useCrashPlace } from './crash-scenario.ts';

const PLAIN = { fsType: 'plain', mode: 'SINGLE_NODE_MULTI_WRITER' } as const;
const SECOND = 'node/volume/second';

/** What the `format` hook makes is there, where the volume is shown. */
function expectShown(place: CrashPlace, path: string): Promise<void> {
  expect(existsSync(place.path(join(path, 'formatted')))).to.equal(true);
  return Promise.resolve();
}

describe('A registered filesystem of a directory, killed at every step', function () {
  this.timeout(300_000);
  const { killAtEveryPoint } = useCrashPlace();

  it('CreateVolume', () =>
    killAtEveryPoint({
      call: ({ co }) => co.createVolume(NAME, PLAIN),
      undo: ({ co }) => co.deleteVolume(NAME),
    }));

  it('NodeStageVolume for the first time, which formats it', () =>
    killAtEveryPoint({
      prepare: ({ co }) => co.createVolume(NAME, PLAIN),
      call: ({ co }) => co.stage(NAME, PLAIN),
      verify: (place) => expectShown(place, place.co.stagingOf(NAME)),
      undo: async ({ co }) => {
        await co.unstage(NAME);
        await co.deleteVolume(NAME);
      },
    }));

  it('NodePublishVolume, beside another target', () =>
    killAtEveryPoint({
      prepare: async ({ co }) => {
        await co.createVolume(NAME, PLAIN);
        await co.stage(NAME, PLAIN);
        await co.publish(NAME, PLAIN);
      },
      call: ({ co }) => co.publish(NAME, PLAIN, SECOND),
      verify: (place) => expectShown(place, SECOND),
      undo: async ({ co }) => {
        await co.unpublish(NAME, SECOND);
        await co.unpublish(NAME);
        await co.unstage(NAME);
        await co.deleteVolume(NAME);
      },
    }));

  it('NodeUnpublishVolume and NodeUnstageVolume', () =>
    killAtEveryPoint({
      prepare: async ({ co }) => {
        await co.createVolume(NAME, PLAIN);
        await co.stage(NAME, PLAIN);
        await co.publish(NAME, PLAIN);
      },
      call: async ({ co }) => {
        await co.unpublish(NAME);
        await co.unstage(NAME);
      },
      undo: async ({ co }) => {
        await co.unpublish(NAME);
        await co.unstage(NAME);
        await co.deleteVolume(NAME);
      },
    }));

  it('DeleteVolume of one that was used', () =>
    killAtEveryPoint({
      prepare: async ({ co }) => {
        await co.createVolume(NAME, PLAIN);
        await co.stage(NAME, PLAIN);
        await co.unstage(NAME);
      },
      call: ({ co }) => co.deleteVolume(NAME),
      undo: ({ co }) => co.deleteVolume(NAME),
    }));
});
