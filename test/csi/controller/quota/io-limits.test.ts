import { expect } from 'chai';
import { GiB, MiB } from '../../../../src/domain/sizes.ts';
import { startController, volumeRequest, type TestController } from '../../../support/controller.ts';
import { volumeId } from '../../../../src/domain/ids.ts';
import { plain } from '../../../support/registered-filesystems.ts';
import { registrationSchema } from '../../../../src/filesystem/registered/registration.ts';
import { refusalOf } from '../../../support/refusal.ts';

const NO_CGROUP = '/sys/fs/cgroup is not cgroup v2';

describe('limits on I/O', () => {
  let test: TestController;
  beforeEach(async () => {
    test = await startController(0, [registrationSchema.parse(plain)]);
    await test.addPool('node-a.default', {}, { ioLimits: true, ioLimitsProblem: '' });
  });
  afterEach(() => test.stop());

  const create = (parameters: Readonly<Record<string, string>>, mutableParameters = {}, name = 'v') =>
    test.controller.createVolume(volumeRequest(name, { parameters, mutableParameters }));
  const limitsOf = async (name = 'v') => (await test.catalog.volumes.find(volumeId(name)))?.spec.ioLimits;

  it('stand in the volume as numbers', async () => {
    await create({ readIops: '100', writeIops: '4294967294', readBandwidth: '50Mi', writeBandwidth: '4096' });
    expect(await limitsOf()).to.deep.equal({
      readIops: 100,
      writeIops: 4_294_967_294,
      readBandwidth: 50 * MiB,
      writeBandwidth: 4096,
    });
  });

  it('of a class have those of a VolumeAttributesClass laid over them', async () => {
    await create({ readIops: '100', writeIops: '200' }, { writeIops: 'none', readBandwidth: '1Gi' });
    expect(await limitsOf()).to.deep.equal({ readIops: 100, readBandwidth: GiB });
  });

  it('can be changed, and taken away', async () => {
    await create({ readIops: '100' });
    const modify = (mutableParameters: Record<string, string>) =>
      test.controller.controllerModifyVolume({ volumeId: volumeId('v'), mutableParameters });
    await modify({ readIops: '50', writeIops: '60' });
    expect(await limitsOf()).to.deep.equal({ readIops: 50, writeIops: 60 });
    await modify({ readIops: 'none', writeIops: 'none' });
    expect(await limitsOf()).to.equal(undefined);
  });

  it('are a clone’s own: it has none of its source’s', async () => {
    await create({ readIops: '100' });
    const content = { volume: { volumeId: volumeId('v') } };
    await test.controller.createVolume(volumeRequest('clone', { volumeContentSource: content }));
    expect(await limitsOf('clone')).to.equal(undefined);
  });

  for (const [name, values, advice] of [
    ['readIops', ['0', '-1', '1.5', '10k', '4294967295', '', 'max'], 'must be a whole number from 1 to 4294967294'],
    [
      'writeBandwidth',
      ['0', '100', '-1Mi', 'fast', '', '1e9'],
      'must be bytes each second, at least 4096, such as 50Mi',
    ],
  ] as const) {
    for (const value of values) {
      it(`${name}: "${value}" is refused, and what is allowed is said`, async () => {
        for (const call of [create({ [name]: value }), create({}, { [name]: value })]) {
          const { code, message } = await refusalOf(call);
          expect(code).to.equal('INVALID_ARGUMENT');
          expect(message).to.contain(`parameter ${name} ${advice}`);
        }
      });
    }
  }

  it('are refused for a managed volume, and for a filesystem that a program may serve', async () => {
    const limit = { writeIops: '100' };
    const managed = { type: 'managed', hostPath: '/srv/data' };
    const calls = [create({ ...managed, ...limit }), create(managed, limit)];
    calls.push(create({ filesystem: 'plain', ...limit }), create({ filesystem: 'plain' }, limit));
    for (const call of calls) {
      const { code, message } = await refusalOf(call);
      expect(code).to.equal('INVALID_ARGUMENT');
      expect(message)
        .to.contain('writeIops')
        .and.to.match(/limited/)
        .and.to.contain('leave');
    }
    expect(await test.catalog.volumes.list()).to.deep.equal([]);
  });

  describe('where a node cannot keep to them', () => {
    beforeEach(() => test.setPool('node-a.default', { ioLimits: false, ioLimitsProblem: NO_CGROUP }));

    it('are refused when no other can, saying what is missing where', async () => {
      const { code, message } = await refusalOf(create({ readIops: '100' }));
      expect(code).to.equal('FAILED_PRECONDITION');
      expect(message).to.contain(`node-a.default: ${NO_CGROUP}`).and.to.contain('readIops');
      expect(await test.catalog.volumes.list()).to.deep.equal([]);
      await create({});
    });

    it('send the volume to one that can', async () => {
      await test.addPool('node-b.default', {}, { available: GiB, ioLimits: true });
      await create({ readIops: '100' });
      expect((await test.catalog.volumes.find(volumeId('v')))?.spec.pool).to.equal('node-b.default');
    });

    it('have the scheduler choose another node, and count for no capacity here', async () => {
      await test.addPool('node-b.default', {}, { available: GiB, ioLimits: true });
      const onlyA = { requisite: [{ segments: { 'topology.tome.storage/node': 'node-a' } }] };
      const request = volumeRequest('v', { parameters: { readIops: '100' }, accessibilityRequirements: onlyA });
      expect((await refusalOf(test.controller.createVolume(request))).code).to.equal('RESOURCE_EXHAUSTED');
      const { availableCapacity } = await test.controller.getCapacity({ parameters: { readIops: '100' } });
      expect(Number(availableCapacity)).to.equal(GiB);
    });

    it('are refused of a pool whose agent is older than they are', async () => {
      await test.addPool('node-b.old');
      const { code, message } = await refusalOf(create({ readIops: '100', pool: 'old' }));
      expect(code).to.equal('FAILED_PRECONDITION');
      expect(message).to.contain('node-b.old: its agent is too old to say');
    });
  });
});
