import { MiB } from '../../src/domain/sizes.ts';
import type { NodeWish, VolumeShape } from './crash-orchestrator.ts';
import { NAME } from './crash-place.ts';
import { useCrashPlace, type Scenario } from './crash-scenario.ts';
import { expectData, expectSize } from './crash-verify.ts';

const SHARED: NodeWish = { fsType: 'block', mode: 'SINGLE_NODE_MULTI_WRITER' };
/** Grows while mounted without the capability that ext4 asks for. */
const XFS = { fsType: 'xfs', size: 320 * MiB };
const SECOND = 'node/volume/second';

describe('Node calls, killed at every step', function () {
  this.timeout(300_000);
  const { killAtEveryPoint } = useCrashPlace();

  function staging(shape: VolumeShape, wish: NodeWish): Pick<Scenario, 'prepare' | 'call' | 'undo'> {
    return {
      prepare: ({ co }) => co.createVolume(NAME, shape),
      call: ({ co }) => co.stage(NAME, wish),
      undo: async ({ co }) => {
        await co.unstage(NAME);
        await co.deleteVolume(NAME);
      },
    };
  }

  it('NodeStageVolume', () =>
    killAtEveryPoint({
      call: ({ co }) => co.stage('idle'),
      verify: (place) => expectData(place, 'idle'),
      undo: ({ co }) => co.unstage('idle'),
    }));

  it('NodeStageVolume of a block volume', () => killAtEveryPoint(staging({ fsType: 'block' }, { fsType: 'block' })));

  it('NodeStageVolume of a thick volume', () =>
    killAtEveryPoint(staging({ parameters: { provisioning: 'thick' } }, {})));

  it('NodeStageVolume, read-only', () =>
    killAtEveryPoint({
      call: ({ co }) => co.stage('idle', { readOnly: true }),
      verify: (place) => expectData(place, 'idle'),
      undo: ({ co }) => co.unstage('idle'),
    }));

  for (const [fsType, clone, size] of [
    ['ext4', 'mounted', 96],
    ['xfs', 'other', 400],
  ] as const) {
    for (const mode of ['SINGLE_NODE_WRITER', 'MULTI_NODE_READER_ONLY'] as const) {
      it(`NodeStageVolume of an ${fsType} clone that must grow first, ${mode}`, () =>
        killAtEveryPoint({
          ...staging({ fsType, clone, size: size * MiB }, { fsType, mode }),
          verify: async (place) => {
            await expectData(place, NAME);
            await expectSize(place, NAME, size * MiB);
          },
        }));
    }
  }

  it('NodeUnstageVolume', () =>
    killAtEveryPoint({
      prepare: ({ co }) => co.stage('idle'),
      call: ({ co }) => co.unstage('idle'),
      undo: async ({ co }) => {
        await co.stage('idle');
        await co.unstage('idle');
      },
    }));

  it('NodeUnstageVolume of a block volume', () =>
    killAtEveryPoint({
      prepare: async ({ co }) => {
        await co.createVolume(NAME, { fsType: 'block' });
        await co.stage(NAME, { fsType: 'block' });
      },
      call: ({ co }) => co.unstage(NAME),
      undo: async ({ co }) => {
        await co.stage(NAME, { fsType: 'block' });
        await co.unstage(NAME);
        await co.deleteVolume(NAME);
      },
    }));

  it('NodePublishVolume', () =>
    killAtEveryPoint({
      prepare: ({ co }) => co.stage('idle'),
      call: ({ co }) => co.publish('idle'),
      undo: async ({ co }) => {
        await co.unpublish('idle');
        await co.unstage('idle');
      },
    }));

  it('NodeUnpublishVolume', () =>
    killAtEveryPoint({
      prepare: async ({ co }) => {
        await co.stage('idle');
        await co.publish('idle', { readOnly: true });
      },
      call: ({ co }) => co.unpublish('idle'),
      undo: async ({ co }) => {
        await co.publish('idle', { readOnly: true });
        await co.unpublish('idle');
        await co.unstage('idle');
      },
    }));

  it('NodePublishVolume of a block volume, read-only beside a writer', () =>
    killAtEveryPoint({
      prepare: async ({ co }) => {
        await co.createVolume(NAME, { fsType: 'block' });
        await co.stage(NAME, SHARED);
        await co.publish(NAME, SHARED);
      },
      call: ({ co }) => co.publish(NAME, { ...SHARED, readOnly: true }, SECOND),
      undo: async ({ co }) => {
        await co.unpublish(NAME, SECOND);
        await co.unpublish(NAME);
        await co.unstage(NAME);
        await co.deleteVolume(NAME);
      },
    }));

  it('NodeUnpublishVolume of a block volume, read-only beside a writer', () =>
    killAtEveryPoint({
      prepare: async ({ co }) => {
        await co.createVolume(NAME, { fsType: 'block' });
        await co.stage(NAME, SHARED);
        await co.publish(NAME, SHARED);
        await co.publish(NAME, { ...SHARED, readOnly: true }, SECOND);
      },
      call: ({ co }) => co.unpublish(NAME, SECOND),
      // Whoever gives up asks no more for this target, and takes down the rest.
      undo: async ({ co }) => {
        await co.unpublish(NAME);
        await co.unpublish(NAME, SECOND);
        await co.unstage(NAME);
        await co.deleteVolume(NAME);
      },
    }));

  it('NodeExpandVolume', () =>
    killAtEveryPoint({
      prepare: async ({ co }) => {
        await co.createVolume(NAME, XFS);
        await co.stage(NAME, XFS);
        await co.expand(NAME, 400 * MiB);
      },
      call: ({ co }) => co.expandOnNode(NAME),
      verify: (place) => expectSize(place, NAME, 400 * MiB),
      undo: async ({ co }) => {
        await co.unstage(NAME);
        await co.deleteVolume(NAME);
      },
    }));
});
