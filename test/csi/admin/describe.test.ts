import { expect } from 'chai';
import { snapshotState, volumeState } from '../../../src/csi/admin/describe.ts';
import type { Snapshot } from '../../../src/domain/snapshot.ts';
import type { HealthEntry, Volume } from '../../../src/domain/volume.ts';

const uuid = '6f1c2a3e-0d7b-4c55-9c1e-2f1f0a3b4c5d';
const MiB = 1024 ** 2;

interface Changes {
  readonly spec?: Partial<Volume['spec']>;
  readonly status?: Partial<Volume['status']>;
}

/** A volume that is ready, with changes. */
function volume({ spec = {}, status = {} }: Changes = {}): Volume {
  return {
    id: 'vol-1',
    version: '1',
    spec: {
      desired: 'Present',
      revision: 1,
      name: 'data',
      uuid,
      size: 64 * MiB,
      volumeMode: 'Filesystem',
      fsType: 'ext4',
      provisioning: 'thin',
      exclusive: false,
      mkfsOptions: [],
      pool: 'node-1.default',
      parameters: {},
      tags: {},
      accessModes: ['SINGLE_NODE_MULTI_WRITER'],
      attachments: [],
      ...spec,
    },
    status: { observedRevision: 1, ready: true, size: 64 * MiB, health: [], mounts: [], ...status },
  };
}

const wrong = (status: HealthEntry['status'], message: string): HealthEntry => ({ status, reason: 'R', message });
const fresh = { ready: false, observedRevision: 0, size: 0 };
const failure = { reason: 'ResourceExhausted', message: 'no room' };

describe('volumeState', () => {
  function says(changes: Changes, problem?: string): readonly string[] {
    const { state, message } = volumeState(volume(changes), problem);
    return [state, message];
  }

  it('is Ready when nothing is to be said', () => {
    expect(says({})).to.deep.equal(['Ready', '']);
  });

  it('follows a volume from the request to the image', () => {
    expect(says({ status: fresh })).to.deep.equal(['Creating', '']);
    const progress = { copiedBytes: 16 * MiB, totalBytes: 64 * MiB };
    expect(says({ status: { ...fresh, progress } })).to.deep.equal(['Copying', 'copied 16Mi of 64Mi']);
    expect(says({ status: { ...fresh, observedRevision: 1, failure } })).to.deep.equal(['Failed', 'no room']);
  });

  it('forgets an old failure once there is a new request', () => {
    const failed = { observedRevision: 1, failure };
    expect(says({ spec: { revision: 2 }, status: { ...fresh, ...failed } })).to.deep.equal(['Creating', '']);
    expect(says({ spec: { revision: 2 }, status: failed })).to.deep.equal(['Ready', '']);
  });

  it('is Deleting from the request on, and says why it is still there', () => {
    expect(says({ spec: { desired: 'Absent', revision: 2 } })).to.deep.equal(['Deleting', '']);
    const stuck = { observedRevision: 2, failure: { reason: 'FailedPrecondition', message: 'mounted at /mnt' } };
    expect(says({ spec: { desired: 'Absent', revision: 2 }, status: stuck })).to.deep.equal([
      'Deleting',
      'mounted at /mnt',
    ]);
  });

  it('is Expanding until the image has the new size; a failure leaves it as it is', () => {
    expect(says({ spec: { size: 128 * MiB, revision: 2 } })).to.deep.equal(['Expanding', 'to 128Mi']);
    const status = { observedRevision: 2, failure };
    expect(says({ spec: { size: 128 * MiB, revision: 2 }, status })).to.deep.equal(['Ready', '']);
  });

  it('tells damage: the worst first, and what looking at the image shows before all', () => {
    const health = [wrong('DEGRADED', 'slow'), wrong('DATA_LOSS', 'image is missing')];
    expect(says({ status: { health } })).to.deep.equal(['Broken', 'image is missing']);
    expect(says({ status: { health: health.slice(0, 1) } })).to.deep.equal(['Degraded', 'slow']);
    expect(says({ status: { health } }, 'the disk does not answer')).to.deep.equal([
      'Broken',
      'the disk does not answer',
    ]);
  });
});

describe('snapshotState', () => {
  it('is Creating, Ready or Deleting as its volume would be', () => {
    const snapshot = (spec: Partial<Snapshot['spec']>, status: Partial<Snapshot['status']>): Snapshot => ({
      id: 'snap-1',
      version: '1',
      spec: {
        desired: 'Present',
        revision: 1,
        name: 'monday',
        uuid,
        sourceVolumeId: 'vol-1',
        volumeMode: 'Block',
        pool: 'node-1.default',
        parameters: {},
        ...spec,
      },
      status: { observedRevision: 1, ready: true, size: MiB, heldBytes: 0, ...status },
    });
    expect(snapshotState(snapshot({}, {})).state).to.equal('Ready');
    expect(snapshotState(snapshot({}, fresh)).state).to.equal('Creating');
    expect(snapshotState(snapshot({ desired: 'Absent' }, {})).state).to.equal('Deleting');
  });
});
