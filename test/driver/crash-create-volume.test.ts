import { MiB } from '../../src/domain/sizes.ts';
import { NAME } from './crash-place.ts';
import { useCrashPlace, type Scenario } from './crash-scenario.ts';
import { expectVolume } from './crash-verify.ts';
import type { VolumeShape } from './crash-orchestrator.ts';

describe('CreateVolume, killed at every step', function () {
  this.timeout(300_000);
  const { killAtEveryPoint } = useCrashPlace();

  function creation(shape: VolumeShape): Scenario {
    return {
      call: ({ co }) => co.createVolume(NAME, shape),
      undo: ({ co }) => co.deleteVolume(NAME),
    };
  }

  it('ext4, which makes the blank as well', () =>
    killAtEveryPoint({
      ...creation({ size: 48 * MiB }),
      prepare: (place) => place.dropBlanks(),
      verify: (place) => expectVolume(place),
    }));

  it('xfs', () =>
    killAtEveryPoint({
      ...creation({ fsType: 'xfs', size: 320 * MiB }),
      verify: (place) => expectVolume(place, { fsType: 'xfs' }),
    }));

  it('raw block', () => killAtEveryPoint(creation({ fsType: 'block' })));

  it('thick', () =>
    killAtEveryPoint({
      ...creation({ parameters: { provisioning: 'thick' } }),
      verify: (place) => expectVolume(place),
    }));

  it('clone of a volume that is mounted, larger than it', () =>
    killAtEveryPoint({
      ...creation({ clone: 'mounted', size: 96 * MiB }),
      verify: (place) => expectVolume(place, { data: true, size: 96 * MiB }),
    }));

  it('from a snapshot', () =>
    killAtEveryPoint({
      ...creation({ restore: 'cut' }),
      verify: (place) => expectVolume(place, { data: true }),
    }));
});
