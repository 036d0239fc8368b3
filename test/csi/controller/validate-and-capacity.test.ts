import { expect } from 'chai';
import type { GetCapacityRequest } from '../../../src/csi/gen/csi/v1/GetCapacityRequest.ts';
import type { ValidateVolumeCapabilitiesRequest } from '../../../src/csi/gen/csi/v1/ValidateVolumeCapabilitiesRequest.ts';
import { volumeId } from '../../../src/domain/ids.ts';
import { GiB, MiB } from '../../../src/domain/sizes.ts';
import { topologyOf } from '../../../src/domain/topology.ts';
import { block, madeVolume, mount, startController, type TestController } from '../../support/controller.ts';
import { refusalOf } from '../../support/refusal.ts';

describe('ValidateVolumeCapabilities', () => {
  let test: TestController;
  before(async () => {
    test = await startController();
    await test.addPool('a.default');
    await madeVolume(test, 'v', {
      parameters: { provisioning: 'thin', 'csi.storage.k8s.io/pvc/name': 'x', 'tag.a': 'b' },
    });
  });
  after(() => test.stop());

  const validate = (changes: ValidateVolumeCapabilitiesRequest = {}) =>
    test.controller.validateVolumeCapabilities({ volumeId: volumeId('v'), volumeCapabilities: [mount()], ...changes });

  it('refuses no id, no capabilities, and an unknown volume', async () => {
    expect((await refusalOf(validate({ volumeId: '' }))).code).to.equal('INVALID_ARGUMENT');
    expect((await refusalOf(validate({ volumeCapabilities: [] }))).code).to.equal('INVALID_ARGUMENT');
    expect((await refusalOf(validate({ volumeCapabilities: [{ mount: {} }] }))).code).to.equal('INVALID_ARGUMENT');
    expect((await refusalOf(validate({ volumeId: volumeId('w') }))).code).to.equal('NOT_FOUND');
  });

  it('confirms what the volume can do', async () => {
    const { volume } = await test.controller.controllerGetVolume({ volumeId: volumeId('v') });
    const request = {
      volumeCapabilities: [mount('SINGLE_NODE_MULTI_WRITER', 'ext4'), mount('MULTI_NODE_READER_ONLY')],
      volumeContext: volume?.volumeContext ?? {},
      parameters: { provisioning: 'thin', 'tag.a': 'b' },
      mutableParameters: { exclusive: 'false', 'tag.a': 'b' },
    };
    const { confirmed, message } = await validate(request);
    expect(message).to.equal('');
    expect(confirmed?.volumeCapabilities.map(({ accessMode }) => accessMode?.mode)).to.deep.equal([
      'SINGLE_NODE_MULTI_WRITER',
      'MULTI_NODE_READER_ONLY',
    ]);
    expect(confirmed).to.deep.include({ volumeContext: request.volumeContext, parameters: request.parameters });
  });

  const unconfirmed: readonly [string, ValidateVolumeCapabilitiesRequest, RegExp][] = [
    ['block access', { volumeCapabilities: [mount(), block()] }, /filesystem volume/],
    ['shared writing', { volumeCapabilities: [mount('MULTI_NODE_MULTI_WRITER')] }, /ReadWriteOnce/],
    ['another filesystem', { volumeCapabilities: [mount(undefined, 'btrfs')] }, /ext4/],
    ['another context', { volumeContext: { uuid: 'x' } }, /context/],
    ['an unknown context', { volumeContext: { colour: 'red' } }, /colour/],
    ['other parameters', { parameters: { provisioning: 'thick' } }, /parameters/],
    ['other mutable parameters', { mutableParameters: { exclusive: 'true' } }, /mutable/],
    ['unknown mutable parameters', { mutableParameters: { colour: 'red' } }, /colour/],
  ];
  for (const [what, changes, message] of unconfirmed) {
    it(`does not confirm ${what}, and says why`, async () => {
      const answer = await validate(changes);
      expect(answer.confirmed).to.equal(null);
      expect(answer.message).to.match(message);
    });
  }
});

describe('GetCapacity', () => {
  let test: TestController;
  before(async () => {
    test = await startController();
    await test.addPool('a.default', {}, { available: 5 * GiB + 100, minimumVolumeSize: MiB });
    await test.addPool('b.default', {}, { available: 8 * GiB, maximumVolumeSize: 6 * GiB });
    await test.addPool('b.fast', {}, { available: GiB });
    await test.addPool('c.default', {}, { available: 50 * GiB, ready: false });
    await test.addPool('d.default', {}, { available: -GiB });
  });
  after(() => test.stop());

  const capacity = async (request: GetCapacityRequest = {}) => {
    const { availableCapacity, maximumVolumeSize, minimumVolumeSize } = await test.controller.getCapacity(request);
    return [availableCapacity, maximumVolumeSize?.value, minimumVolumeSize?.value].map(Number);
  };
  const xfs = { volumeCapabilities: [mount(undefined, 'xfs')] };
  const cases: readonly [string, GetCapacityRequest, readonly number[]][] = [
    ['the largest pool', {}, [8 * GiB, 6 * GiB, 8 * MiB]],
    ['a node’s, in whole blocks', { accessibleTopology: topologyOf('a') }, [5 * GiB, 5 * GiB, 8 * MiB]],
    ['a named pool', { parameters: { pool: 'fast' } }, [GiB, GiB, 8 * MiB]],
    ['a filesystem’s minimum', { ...xfs, accessibleTopology: topologyOf('a') }, [5 * GiB, 5 * GiB, 300 * MiB]],
    [
      'a block volume’s minimum',
      { volumeCapabilities: [block()], accessibleTopology: topologyOf('a') },
      [5 * GiB, 5 * GiB, MiB],
    ],
    ['nothing on an unknown node', { accessibleTopology: topologyOf('z') }, [0, 0, NaN]],
    ['nothing in a pool that is not ready', { accessibleTopology: topologyOf('c') }, [0, 0, NaN]],
    ['nothing in a pool that does not exist', { parameters: { pool: 'slow' } }, [0, 0, NaN]],
    ['never less than nothing', { accessibleTopology: topologyOf('d') }, [0, 0, 8 * MiB]],
  ];
  for (const [what, request, expected] of cases) {
    it(`tells ${what}`, async () => {
      expect(await capacity(request)).to.deep.equal(expected);
    });
  }

  it('refuses parameters, capabilities and topologies that cannot be', async () => {
    const bad: GetCapacityRequest[] = [
      { parameters: { colour: 'red' } },
      { volumeCapabilities: [mount('MULTI_NODE_MULTI_WRITER')] },
      { volumeCapabilities: [{}] },
      { accessibleTopology: { segments: { zone: 'x' } } },
    ];
    for (const request of bad) expect((await refusalOf(capacity(request))).code).to.equal('INVALID_ARGUMENT');
  });
});

describe('ControllerGetCapabilities', () => {
  it('names what the specification has, but for nothing', async () => {
    const test = await startController();
    const { capabilities } = await test.controller.controllerGetCapabilities({});
    expect(capabilities.map(({ rpc }) => rpc?.type))
      .to.have.length(16)
      .and.to.not.include('UNKNOWN');
    await test.stop();
  });
});
