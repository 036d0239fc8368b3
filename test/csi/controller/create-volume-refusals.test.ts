import { expect } from 'chai';
import type { CreateVolumeRequest } from '../../../src/csi/gen/csi/v1/CreateVolumeRequest.ts';
import { GiB, MiB, TiB } from '../../../src/domain/sizes.ts';
import { topologyOf } from '../../../src/domain/topology.ts';
import { block, mount, startController, volumeRequest, type TestController } from '../../support/controller.ts';
import { refusalOf } from '../../support/refusal.ts';

describe('CreateVolume, what it refuses', () => {
  let test: TestController;
  beforeEach(async () => {
    test = await startController();
    await test.addPool('a.default');
  });
  afterEach(() => test.stop());

  const refused: readonly [string, CreateVolumeRequest, string, RegExp][] = [
    ['no name', { name: '' }, 'INVALID_ARGUMENT', /name is missing/],
    ['a control character', { name: 'a\u0001' }, 'INVALID_ARGUMENT', /control/],
    ['no capabilities', { volumeCapabilities: [] }, 'INVALID_ARGUMENT', /volume_capabilities/],
    ['no access mode', { volumeCapabilities: [{ mount: {} }] }, 'INVALID_ARGUMENT', /access_mode/],
    ['block and mount', { volumeCapabilities: [mount(), block()] }, 'INVALID_ARGUMENT', /not both/],
    [
      'two filesystems',
      { volumeCapabilities: [mount(undefined, 'xfs'), mount(undefined, 'ext4')] },
      'INVALID_ARGUMENT',
      /xfs and ext4/,
    ],
    [
      'shared writing',
      { volumeCapabilities: [mount('MULTI_NODE_MULTI_WRITER')] },
      'INVALID_ARGUMENT',
      /ReadWriteOnce.*ReadOnlyMany.*shared filesystem/,
    ],
    [
      'one writer among nodes',
      { volumeCapabilities: [mount('MULTI_NODE_SINGLE_WRITER')] },
      'INVALID_ARGUMENT',
      /ReadWriteOnce/,
    ],
    ['an unknown filesystem', { volumeCapabilities: [mount(undefined, 'ntfs')] }, 'INVALID_ARGUMENT', /ntfs/],
    [
      'a filesystem against the parameters',
      { volumeCapabilities: [mount(undefined, 'xfs')], parameters: { fsType: 'ext4' } },
      'INVALID_ARGUMENT',
      /xfs and ext4/,
    ],
    [
      'an unknown parameter',
      { parameters: { fstype: 'xfs' } },
      'INVALID_ARGUMENT',
      /fstype.*fsType.*mkfsOptions.*tag\./,
    ],
    ['provisioning', { parameters: { provisioning: 'fat' } }, 'INVALID_ARGUMENT', /provisioning.*thin/],
    ['exclusive', { parameters: { exclusive: 'yes' } }, 'INVALID_ARGUMENT', /exclusive.*true/],
    ['an mkfs option', { parameters: { mkfsOptions: '-F /dev/sda' } }, 'INVALID_ARGUMENT', /-F|sda/],
    [
      'a mount flag',
      { volumeCapabilities: [{ mount: { mountFlags: ['suid=evil'] }, accessMode: { mode: 'SINGLE_NODE_WRITER' } }] },
      'INVALID_ARGUMENT',
      /suid/,
    ],
    ['a tag name', { parameters: { 'tag.__proto__': 'x' } }, 'INVALID_ARGUMENT', /tag's name/],
    ['a mutable parameter', { mutableParameters: { XXX_FakeKey: 'x' } }, 'INVALID_ARGUMENT', /XXX_FakeKey.*exclusive/],
    ['an unknown pool', { parameters: { pool: 'fast' } }, 'INVALID_ARGUMENT', /fast.*default/],
    ['a source without type', { volumeContentSource: {} }, 'INVALID_ARGUMENT', /snapshot or a volume/],
    ['a source without id', { volumeContentSource: { volume: {} } }, 'INVALID_ARGUMENT', /volume_id/],
    [
      'a topology of others',
      { accessibilityRequirements: { requisite: [{ segments: { zone: 'z' } }] } },
      'INVALID_ARGUMENT',
      /topology\.tome\.storage\/node/,
    ],
    ['a negative size', { capacityRange: { requiredBytes: -1 } }, 'INVALID_ARGUMENT', /required_bytes/],
    ['a negative limit', { capacityRange: { limitBytes: '-9223372036854775808' } }, 'INVALID_ARGUMENT', /limit_bytes/],
    ['a huge size', { capacityRange: { requiredBytes: '9223372036854775807' } }, 'OUT_OF_RANGE', /large/],
    ['above the pool', { capacityRange: { requiredBytes: 2 * TiB } }, 'OUT_OF_RANGE', /at most 1Ti/],
    [
      'required above the limit',
      { capacityRange: { requiredBytes: 2 * GiB, limitBytes: GiB } },
      'OUT_OF_RANGE',
      /limit/,
    ],
    [
      'no block within the limit',
      { capacityRange: { requiredBytes: GiB + 1, limitBytes: GiB + 2 } },
      'OUT_OF_RANGE',
      /4 KiB/,
    ],
    [
      'less than xfs needs',
      { volumeCapabilities: [mount(undefined, 'xfs')], capacityRange: { requiredBytes: 100 * MiB } },
      'OUT_OF_RANGE',
      /300Mi/,
    ],
    [
      'a limit below what xfs needs',
      { volumeCapabilities: [mount(undefined, 'xfs')], capacityRange: { limitBytes: 100 * MiB } },
      'OUT_OF_RANGE',
      /300Mi/,
    ],
    ['a source that is not there', { volumeContentSource: { volume: { volumeId: 'vol-x' } } }, 'NOT_FOUND', /vol-x/],
    [
      'a snapshot that is not there',
      { volumeContentSource: { snapshot: { snapshotId: 'snap-x' } } },
      'NOT_FOUND',
      /snap-x/,
    ],
    [
      'an unknown node',
      { accessibilityRequirements: { requisite: [topologyOf('z')] } },
      'RESOURCE_EXHAUSTED',
      /not reached/,
    ],
    [
      'more than is free',
      { capacityRange: { requiredBytes: 200 * GiB } },
      'RESOURCE_EXHAUSTED',
      /a\.default has 100Gi free of the 200Gi/,
    ],
  ];
  for (const [what, changes, code, message] of refused) {
    it(`refuses ${what} with ${code}, and leaves nothing behind`, async () => {
      const refusal = await refusalOf(test.controller.createVolume(volumeRequest('v', changes)));
      expect(refusal.message).to.match(message);
      expect(refusal.code).to.equal(code);
      expect(await test.catalog.volumes.list()).to.deep.equal([]);
    });
  }
});
