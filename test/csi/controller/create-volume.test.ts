import { expect } from 'chai';
import type { CreateVolumeRequest } from '../../../src/csi/gen/csi/v1/CreateVolumeRequest.ts';
import { modifyStatus } from '../../../src/catalog/modify.ts';
import { waitUntil } from '../../../src/catalog/wait-until.ts';
import type { Volume } from '../../../src/domain/volume.ts';
import { VolumeError } from '../../../src/domain/errors.ts';
import { volumeId } from '../../../src/domain/ids.ts';
import { GiB, KiB, MiB } from '../../../src/domain/sizes.ts';
import { topologyKey, topologyOf } from '../../../src/domain/topology.ts';
import {
  block,
  madeVolume,
  mount,
  startController,
  volumeRequest,
  type TestController,
} from '../../support/controller.ts';
import { refusalOf } from '../../support/refusal.ts';
import { soon } from '../../support/soon.ts';

describe('CreateVolume', () => {
  let test: TestController;
  beforeEach(async () => {
    test = await startController();
    await test.addPool('a.default');
  });
  afterEach(() => test.stop());

  it('answers what the volume is', async () => {
    const { volume } = await test.controller.createVolume(volumeRequest('v'));
    const stored = await test.catalog.volumes.find(volumeId('v'));
    expect(volume).to.deep.include({ volumeId: volumeId('v'), capacityBytes: String(GiB), contentSource: null });
    expect(volume?.volumeContext).to.deep.equal({ name: 'v', uuid: stored?.spec.uuid });
    expect(volume?.accessibleTopology).to.deep.equal([{ segments: { [topologyKey]: 'a' } }]);
    expect(stored?.spec).to.deep.include({ fsType: 'ext4', provisioning: 'thin', volumeMode: 'Filesystem' });
  });

  const sizes: readonly [string, CreateVolumeRequest, number][] = [
    ['1 GiB when nothing is asked for', { capacityRange: null }, GiB],
    ['whole blocks', { capacityRange: { requiredBytes: GiB + 1 } }, GiB + 4 * KiB],
    ['the limit when it is lower', { capacityRange: { limitBytes: 512 * MiB + 5 } }, 512 * MiB],
    [
      'the minimum of the filesystem at least',
      { volumeCapabilities: [mount(undefined, 'xfs')], capacityRange: { requiredBytes: 300 * MiB } },
      300 * MiB,
    ],
    ['an exact size', { capacityRange: { requiredBytes: 2 * GiB, limitBytes: 2 * GiB } }, 2 * GiB],
  ];
  for (const [what, changes, expected] of sizes) {
    it(`gives ${what}`, async () => {
      const { volume } = await test.controller.createVolume(volumeRequest('v', changes));
      expect(volume?.capacityBytes).to.equal(String(expected));
    });
  }

  it('raises an unrequired size to the pool’s minimum', async () => {
    await test.setPool('a.default', { minimumVolumeSize: 3 * GiB });
    const { volume } = await test.controller.createVolume(volumeRequest('v', { capacityRange: null }));
    expect(volume?.capacityBytes).to.equal(String(3 * GiB));
    const refusal = await refusalOf(test.controller.createVolume(volumeRequest('w')));
    expect(refusal).to.deep.include({ code: 'OUT_OF_RANGE' });
    expect(refusal.message).to.contain('3Gi');
  });

  it('takes parameters, and mutable ones over them', async () => {
    await madeVolume(test, 'v', {
      parameters: {
        'csi.storage.k8s.io/fstype': 'xfs',
        'csi.storage.k8s.io/pvc/name': 'data',
        provisioning: 'thick',
        mkfsOptions: ' -m  reflink=1 ',
        exclusive: 'true',
        pool: 'default',
        'tag.team': 'a',
        'tag.tier': 'x',
      },
      mutableParameters: { provisioning: 'thin', 'tag.team': 'b', 'tag.tier': '' },
    });
    const volume = await test.catalog.volumes.find(volumeId('v'));
    expect(volume?.spec).to.deep.include({ fsType: 'xfs', provisioning: 'thin', exclusive: true, tags: { team: 'b' } });
    expect(volume?.spec.mkfsOptions).to.deep.equal(['-m', 'reflink=1']);
    expect(volume?.spec.parameters).to.not.have.property('csi.storage.k8s.io/pvc/name');
  });

  it('makes block volumes whatever filesystem the class names', async () => {
    await madeVolume(test, 'v', {
      volumeCapabilities: [block()],
      parameters: { fsType: 'xfs' },
      capacityRange: { requiredBytes: MiB },
    });
    const volume = await test.catalog.volumes.find(volumeId('v'));
    expect(volume?.spec).to.deep.include({ volumeMode: 'Block', size: MiB });
    expect(volume?.spec.fsType).to.equal(undefined);
  });

  describe('again with the same name', () => {
    const same: readonly [string, CreateVolumeRequest][] = [
      ['the same', {}],
      ['a range that fits', { capacityRange: { requiredBytes: 16 * MiB, limitBytes: 2 * GiB } }],
      ['other notes of the orchestrator', { parameters: { 'csi.storage.k8s.io/pvc/name': 'x' } }],
      ['a node that reaches it', { accessibilityRequirements: { requisite: [topologyOf('a'), topologyOf('b')] } }],
    ];
    for (const [what, changes] of same) {
      it(`answers the same to ${what}`, async () => {
        const first = await test.controller.createVolume(volumeRequest('v'));
        expect(await test.controller.createVolume(volumeRequest('v', changes))).to.deep.equal(first);
      });
    }

    const other: readonly [string, CreateVolumeRequest, RegExp][] = [
      ['a larger size', { capacityRange: { requiredBytes: 2 * GiB } }, /size/],
      ['a lower limit', { capacityRange: { limitBytes: 512 * MiB } }, /limit/],
      ['block access', { volumeCapabilities: [block()] }, /Filesystem volume, not Block/],
      ['another filesystem', { volumeCapabilities: [mount(undefined, 'xfs')] }, /ext4/],
      ['other parameters', { parameters: { exclusive: 'true' } }, /parameters/],
      ['other mutable parameters', { mutableParameters: { 'tag.a': 'b' } }, /mutable/],
      ['a source', { volumeContentSource: { volume: { volumeId: 'vol-x' } } }, /made empty/],
      ['a node that does not reach it', { accessibilityRequirements: { requisite: [topologyOf('b')] } }, /node/],
    ];
    for (const [what, changes, message] of other) {
      it(`refuses ${what}`, async () => {
        await madeVolume(test, 'v');
        const refusal = await refusalOf(test.controller.createVolume(volumeRequest('v', changes)));
        expect(refusal.message).to.match(message);
        expect(refusal.code).to.equal('ALREADY_EXISTS');
      });
    }
  });

  it('joins many callers in one creation', async () => {
    const created = new Set<string>();
    test.catalog.volumes.watch(({ resource }) => resource && created.add(resource.spec.uuid));
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => test.controller.createVolume(volumeRequest('v'))),
    );
    expect(new Set(answers.map(({ volume }) => volume?.volumeContext['uuid'])).size).to.equal(1);
    expect(created.size).to.equal(1);
  });

  describe('when the agent cannot', () => {
    it('throws its reason and forgets the volume; the next try starts anew', async () => {
      test.agent.fail = () => new VolumeError('ResourceExhausted', 'the pool is full');
      const calls = Array.from({ length: 5 }, () => refusalOf(test.controller.createVolume(volumeRequest('v'))));
      for (const refusal of await Promise.all(calls)) {
        expect(refusal).to.deep.equal({ code: 'RESOURCE_EXHAUSTED', message: 'the pool is full' });
      }
      expect(await test.catalog.volumes.list()).to.deep.equal([]);
      test.agent.fail = () => undefined;
      expect(await madeVolume(test, 'v')).to.equal(volumeId('v'));
    });

    it('replaces a failed leftover, whatever it was', async () => {
      await madeVolume(test, 'v', { parameters: { exclusive: 'true' } });
      const failure = { reason: 'Internal', message: 'x' };
      await modifyStatus(test.catalog.volumes, volumeId('v'), ({ status }) => ({ ...status, ready: false, failure }));
      expect(await madeVolume(test, 'v')).to.equal(volumeId('v'));
      expect((await test.catalog.volumes.find(volumeId('v')))?.spec.exclusive).to.equal(false);
    });

    it('calls a reason it does not know INTERNAL', async () => {
      test.agent.pause();
      const call = refusalOf(test.controller.createVolume(volumeRequest('v')));
      await appearance(test, volumeId('v'));
      const failure = { reason: 'Bewitched', message: 'x' };
      await modifyStatus(test.catalog.volumes, volumeId('v'), ({ status }) => ({
        ...status,
        observedRevision: 1,
        failure,
      }));
      expect((await call).code).to.equal('INTERNAL');
    });
  });

  it('stops waiting when the caller gives up, and the retry finds the work done', async () => {
    test.agent.pause();
    const caller = new AbortController();
    const call = test.controller.createVolume(volumeRequest('v'), { signal: caller.signal });
    await appearance(test, volumeId('v'));
    caller.abort();
    expect((await refusalOf(call)).code).to.equal('CANCELLED');
    const { spec } = (await test.catalog.volumes.find(volumeId('v'))) ?? {};
    test.agent.resume();
    const { volume } = await test.controller.createVolume(volumeRequest('v'));
    expect(volume?.volumeContext['uuid']).to.equal(spec?.uuid);
  });

  it('waits for a deletion under way, then makes a new volume', async () => {
    await madeVolume(test, 'v');
    const before = await test.catalog.volumes.find(volumeId('v'));
    test.agent.pause();
    const deleted = test.controller.deleteVolume({ volumeId: volumeId('v') });
    await until(test, volumeId('v'), (volume) => volume?.spec.desired === 'Absent');
    const created = test.controller.createVolume(volumeRequest('v'));
    test.agent.resume();
    const [, { volume }] = await Promise.all([deleted, created]);
    expect(volume?.volumeContext['uuid']).to.not.equal(before?.spec.uuid);
  });

  it('survives creations and deletions of one name at once', async function () {
    this.timeout(20_000);
    const outcomes = await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        const call =
          index % 2 === 0
            ? test.controller.createVolume(volumeRequest('v'))
            : test.controller.deleteVolume({ volumeId: volumeId('v') });
        return await call.then(
          () => 'OK',
          (error: unknown) => refusalOf(Promise.reject(error as Error)).then(({ code }) => code),
        );
      }),
    );
    expect([...new Set(outcomes)]).to.not.include.members(['INTERNAL', 'UNKNOWN']);
    expect(new Set([...outcomes, 'OK', 'ABORTED'])).to.have.property('size', 2);
    await madeVolume(test, 'v');
    await test.controller.deleteVolume({ volumeId: volumeId('v') });
    expect(await test.catalog.volumes.list()).to.deep.equal([]);
  });
});

async function appearance(test: TestController, id: string): Promise<void> {
  await until(test, id, (volume) => volume !== undefined);
}

async function until(
  { catalog }: TestController,
  id: string,
  predicate: Parameters<typeof waitUntil<Volume>>[2],
): Promise<void> {
  await waitUntil(catalog.volumes, id, predicate, soon());
}
