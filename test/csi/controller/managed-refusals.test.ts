import { expect } from 'chai';
import type { CreateVolumeRequest } from '../../../src/csi/gen/csi/v1/CreateVolumeRequest.ts';
import { volumeId } from '../../../src/domain/ids.ts';
import { GiB } from '../../../src/domain/sizes.ts';
import { block, madeVolume, mount, volumeRequest } from '../../support/controller.ts';
import { refusalOf } from '../../support/refusal.ts';
import { claim, startManagedWorld, type ManagedWorld } from './managed-world.ts';

describe('managed volumes that are refused', () => {
  let test: ManagedWorld;
  beforeEach(async () => {
    test = await startManagedWorld();
  });
  afterEach(() => test.stop());

  it('are refused for what a directory cannot be, by name', async () => {
    await test.addNode('a');
    await test.addPool('a.default');
    await madeVolume(test, 'source');
    const source = { volume: { volumeId: volumeId('source') } };
    const refused: readonly [CreateVolumeRequest, Record<string, string>, string][] = [
      [{}, { fsType: 'ext4' }, 'unknown parameter of a managed volume fsType: known are type, hostPath, uid'],
      [{}, { pool: 'default' }, 'unknown parameter of a managed volume pool'],
      [{}, { provisioning: 'thin' }, 'unknown parameter of a managed volume provisioning'],
      [{}, { mkfsOptions: '-m 0' }, 'unknown parameter of a managed volume mkfsOptions'],
      [{}, { filesystem: 'juicefs' }, 'unknown parameter of a managed volume filesystem'],
      [{}, { type: 'managd' }, 'it must be "managed"'],
      [{}, { uid: '-1' }, 'uid must be a number'],
      [{}, { uid: '4294967295' }, 'uid must be at most'],
      [{}, { gid: 'users' }, 'gid must be a number'],
      [{}, { sharing: 'all' }, 'sharing must be "one" or "many"'],
      [{}, { sharing: 'many', exclusive: 'true' }, 'exclude each other'],
      [{}, { hostPath: '/srv/../etc' }, 'has the component ".."'],
      [{}, { hostPath: '/srv/${pvc.name}' }, 'needs ${pvc.name}'],
      [{}, { hostPath: '/etc/cron.d' }, 'not beneath a managed root: there are /srv'],
      [{}, { hostPath: '/srv' }, 'is a managed root itself'],
      [{ volumeContentSource: source }, {}, 'leave out the source'],
      [{ volumeCapabilities: [block()] }, {}, 'and no block device'],
      [{ volumeCapabilities: [mount('MULTI_NODE_MULTI_WRITER')] }, {}, 'say sharing: many in the StorageClass'],
      [{ mutableParameters: { provisioning: 'thick' } }, {}, 'has no image'],
      [
        { volumeCapabilities: [{ ...mount(), mount: { mountFlags: ['discard'] } }] },
        {},
        '"discard" is not one of a directory',
      ],
    ];
    for (const [changes, more, message] of refused) {
      const refusal = await refusalOf(test.create('v', changes, more));
      expect(refusal, JSON.stringify([changes, more])).to.include({ code: 'INVALID_ARGUMENT' });
      expect(refusal.message).to.contain(message);
    }
    const missing = await refusalOf(
      test.controller.createVolume(volumeRequest('v', { parameters: { type: 'managed' } })),
    );
    expect(missing.message).to.contain('hostPath is missing');
    expect(await test.specOf('v')).to.equal(undefined);
  });

  it('are not filled with what leads out of the roots, whatever a claim or volume is called', async () => {
    await test.addNode('a');
    for (const name of ['..', '../etc', 'a/b', '.', 'x:y', '../../root']) {
      const refusal = await refusalOf(test.create(name, {}, { hostPath: '/srv/${volume.name}' }));
      expect(refusal, name).to.include({ code: 'INVALID_ARGUMENT' });
      const odd = { 'csi.storage.k8s.io/pvc/namespace': name };
      expect(await refusalOf(test.create('v', {}, { ...claim, ...odd, hostPath: '/srv/${pvc.namespace}' }))).to.include(
        {
          code: 'INVALID_ARGUMENT',
        },
      );
    }
    expect(await test.catalog.volumes.list()).to.deep.equal([]);
  });

  it('are off where no node has roots, and the message says so', async () => {
    await test.addPool('a.default');
    const refusal = await refusalOf(test.create('v'));
    expect(refusal).to.include({ code: 'FAILED_PRECONDITION' });
    expect(refusal.message).to.contain('no node has managedRoots');
  });

  it('have no other size, no snapshots, no groups of them and no copies', async () => {
    await test.addNode('a');
    await test.addPool('a.default');
    await test.create('v');
    const id = volumeId('v');
    const range = { requiredBytes: GiB };
    const refusals = [
      await refusalOf(test.controller.controllerExpandVolume({ volumeId: id, capacityRange: range })),
      await refusalOf(test.controller.createSnapshot({ name: 's', sourceVolumeId: id })),
      await refusalOf(test.group.createVolumeGroupSnapshot({ name: 'g', sourceVolumeIds: [id] })),
      await refusalOf(
        test.controller.createVolume(volumeRequest('c', { volumeContentSource: { volume: { volumeId: id } } })),
      ),
    ];
    for (const refusal of refusals) {
      expect(refusal).to.include({ code: 'FAILED_PRECONDITION' });
      expect(refusal.message).to.contain('is the directory /srv/data of its host');
    }
  });

  it('are ALREADY_EXISTS under a name that has another directory, and the same again is found', async () => {
    await test.addNode('a');
    await test.create('v');
    const refusal = await refusalOf(test.create('v', {}, { hostPath: '/srv/other' }));
    expect(refusal).to.include({ code: 'ALREADY_EXISTS' });
    expect(refusal.message).to.contain('it is the directory /srv/data');
    await test.addPool('a.default');
    expect(await refusalOf(test.controller.createVolume(volumeRequest('v')))).to.include({ code: 'ALREADY_EXISTS' });
    await madeVolume(test, 'image');
    expect((await refusalOf(test.create('image'))).message).to.contain('it is no managed volume');
  });
});
