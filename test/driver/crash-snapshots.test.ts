import { GROUP, NAME } from './crash-place.ts';
import { useCrashPlace, type Scenario } from './crash-scenario.ts';
import { expectVolume } from './crash-verify.ts';

describe('Snapshots, killed at every step', function () {
  this.timeout(300_000);
  const { killAtEveryPoint } = useCrashPlace();

  function cut(volume: string, fsType: string): Scenario {
    return {
      call: ({ co }) => co.createSnapshot('made', volume),
      verify: async (place) => {
        if (fsType === 'block') return;
        await place.co.createVolume(NAME, { restore: 'made', fsType, size: 300 * 1024 ** 2 });
        await expectVolume(place, { fsType, data: true });
        await place.co.deleteVolume(NAME);
      },
      undo: ({ co }) => co.deleteSnapshot('made'),
    };
  }

  it('CreateSnapshot of a volume that is not in use', () => killAtEveryPoint(cut('idle', 'ext4')));
  it('CreateSnapshot of a volume that is mounted', () => killAtEveryPoint(cut('other', 'xfs')));
  it('CreateSnapshot of a block volume that is staged', () => killAtEveryPoint(cut('raw', 'block')));

  it('DeleteSnapshot', () =>
    killAtEveryPoint({
      prepare: ({ co }) => co.createSnapshot('made', 'idle'),
      call: ({ co }) => co.deleteSnapshot('made'),
      // The name can be used again.
      undo: async ({ co }) => {
        await co.createSnapshot('made', 'raw');
        await co.deleteSnapshot('made');
      },
    }));

  it('CreateVolumeGroupSnapshot of volumes that are mounted', () =>
    killAtEveryPoint({
      call: ({ co }) => co.createGroup(GROUP, ['mounted', 'other']),
      undo: ({ co }) => co.deleteGroup(GROUP, ['mounted', 'other']),
    }));

  it('DeleteVolumeGroupSnapshot', () =>
    killAtEveryPoint({
      prepare: ({ co }) => co.createGroup(GROUP, ['idle', 'raw']),
      call: ({ co }) => co.deleteGroup(GROUP, ['idle', 'raw']),
      undo: async ({ co }) => {
        await co.createGroup(GROUP, ['raw']);
        await co.deleteGroup(GROUP, ['raw']);
      },
    }));
});
