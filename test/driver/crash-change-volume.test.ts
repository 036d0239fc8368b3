import { MiB } from '../../src/domain/sizes.ts';
import { NAME } from './crash-place.ts';
import { useCrashPlace } from './crash-scenario.ts';
import { expectSize, expectVolume } from './crash-verify.ts';

/** Grows while mounted without the capability that ext4 asks for. */
const XFS = { fsType: 'xfs', size: 320 * MiB };

describe('A volume is changed or deleted, killed at every step', function () {
  this.timeout(300_000);
  const { killAtEveryPoint } = useCrashPlace();

  it('DeleteVolume', () =>
    killAtEveryPoint({
      prepare: ({ co }) => co.createVolume(NAME),
      call: ({ co }) => co.deleteVolume(NAME),
      // The name can be used again.
      undo: async (place) => {
        await place.co.createVolume(NAME);
        await expectVolume(place);
        await place.co.deleteVolume(NAME);
      },
    }));

  it('ControllerPublishVolume', () =>
    killAtEveryPoint({
      call: ({ co }) => co.attach('idle'),
      undo: ({ co }) => co.detach('idle'),
    }));

  it('ControllerUnpublishVolume', () =>
    killAtEveryPoint({
      prepare: ({ co }) => co.attach('idle'),
      call: ({ co }) => co.detach('idle'),
      undo: async ({ co }) => {
        await co.attach('idle');
        await co.detach('idle');
      },
    }));

  it('ControllerExpandVolume', () =>
    killAtEveryPoint({
      prepare: ({ co }) => co.createVolume(NAME),
      call: ({ co }) => co.expand(NAME, 96 * MiB),
      verify: (place) => expectVolume(place, { size: 96 * MiB }),
      undo: ({ co }) => co.deleteVolume(NAME),
    }));

  it('ControllerExpandVolume of a volume that is staged', () =>
    killAtEveryPoint({
      prepare: async ({ co }) => {
        await co.createVolume(NAME, XFS);
        await co.stage(NAME, XFS);
      },
      call: ({ co }) => co.expand(NAME, 400 * MiB),
      verify: async (place) => {
        await place.co.expandOnNode(NAME);
        await expectSize(place, NAME, 400 * MiB);
      },
      undo: async ({ co }) => {
        await co.unstage(NAME);
        await co.deleteVolume(NAME);
      },
    }));

  it('ControllerModifyVolume', () =>
    killAtEveryPoint({
      prepare: ({ co }) => co.createVolume(NAME),
      call: ({ co }) => co.modify(NAME, { exclusive: 'true', provisioning: 'thick', 'tag.team': 'blue' }),
      verify: (place) => expectVolume(place),
      undo: ({ co }) => co.deleteVolume(NAME),
    }));
});
