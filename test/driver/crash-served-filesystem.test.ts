import { MiB } from '../../src/domain/sizes.ts';
import { NAME, type CrashPlace } from './crash-place.ts';
import { useCrashPlace } from './crash-scenario.ts';
import { expectSize } from './crash-verify.ts';

const NTFS = { fsType: 'ntfs' };

describe('a registered filesystem that a program serves, killed at every step', function () {
  this.timeout(300_000);
  const { killAtEveryPoint } = useCrashPlace();
  const remove = async ({ co }: CrashPlace): Promise<void> => {
    await co.unstage(NAME);
    await co.deleteVolume(NAME);
  };

  /** Its blank stays. */
  const before = async ({ co }: CrashPlace): Promise<void> => {
    await co.createVolume(NAME, NTFS);
    await co.deleteVolume(NAME);
  };

  it('CreateVolume', () =>
    killAtEveryPoint({
      before,
      call: ({ co }) => co.createVolume(NAME, NTFS),
      verify: async ({ co }) => {
        await co.stage(NAME, NTFS);
        await co.unstage(NAME);
      },
      undo: ({ co }) => co.deleteVolume(NAME),
    }));

  for (const readOnly of [false, true]) {
    it(`NodeStageVolume, ${readOnly ? 'read-only' : 'read-write'}, when it must grow first`, () =>
      killAtEveryPoint({
        before,
        prepare: async ({ co }) => {
          await co.createVolume(NAME, NTFS);
          await co.expand(NAME, 128 * MiB);
        },
        call: ({ co }) => co.stage(NAME, { ...NTFS, readOnly }),
        verify: (place) => expectSize(place, NAME, 128 * MiB),
        undo: remove,
      }));
  }

  it('NodeUnstageVolume', () =>
    killAtEveryPoint({
      before,
      prepare: async ({ co }) => {
        await co.createVolume(NAME, NTFS);
        await co.stage(NAME, NTFS);
      },
      call: ({ co }) => co.unstage(NAME),
      undo: async (place) => {
        await place.co.stage(NAME, NTFS);
        await remove(place);
      },
    }));
});
