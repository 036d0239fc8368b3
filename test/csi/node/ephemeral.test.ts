import { expect } from 'chai';
import { readFile, stat, statfs, writeFile } from 'node:fs/promises';
import { nodeGetVolumeHealth } from '../../../src/csi/node/get-volume-health.ts';
import { nodeGetVolumeStats } from '../../../src/csi/node/get-volume-stats.ts';
import { GiB, MiB } from '../../../src/domain/sizes.ts';
import { findVolume } from '../../../src/pool/find.ts';
import { idleEphemeral } from '../../../src/pool/idle-ephemeral.ts';
import { imageDirectory } from '../../../src/pool/layout.ts';
import { volumeUses } from '../../../src/pool/volume-use.ts';
import { failureOf, host } from '../../pool/open-test-pool.ts';
import { HANDLE, ID, publishInline, unpublishInline } from './inline-volume.ts';
import { nodePlace, type NodePlace } from './node-place.ts';

describe('inline ephemeral volumes', () => {
  let place: NodePlace;
  beforeEach(async () => {
    place = await nodePlace();
  });
  afterEach(() => place.cleanUp());
  const expectNothing = async () => {
    expect(await findVolume(place.pool, ID)).to.equal(undefined);
    expect(await place.kernel({ id: ID })).to.deep.equal({ loops: [], mounts: [] });
    expect(place.pool.ledger.promised).to.equal(0);
    expect(await host.files.stat(place.at('target'))).to.equal(undefined);
  };

  it('are made by their publish and deleted by their unpublish, each as often as it is asked', async () => {
    await publishInline(place);
    await writeFile(place.at('target/file'), 'kept');
    await publishInline(place);
    expect(await readFile(place.at('target/file'), 'utf8')).to.equal('kept');
    const { blocks, bsize } = await statfs(place.at('target'));
    expect(blocks * bsize).to.be.within(48 * MiB, 64 * MiB);
    expect(place.pool.ledger.promised).to.equal(64 * MiB);
    await unpublishInline(place);
    await expectNothing();
    await unpublishInline(place);
  });

  it('are as good as gone when they never were', async () => {
    await unpublishInline(place);
    await expectNothing();
  });

  it('say in their record whose they are, and nothing that is secret', async () => {
    await publishInline(place, { attributes: { size: '64Mi', provisioning: 'thick', mkfsOptions: '-m 1' } });
    const record = await findVolume(place.pool, ID);
    expect(record).to.deep.include({
      ephemeral: {
        handle: HANDLE,
        podNamespace: 'shop',
        podName: 'web-0',
        podUid: '11111111-2222-3333-4444-555555555555',
      },
      provisioning: 'thick',
      mkfsOptions: ['-m', '1'],
      parameters: { size: '64Mi', provisioning: 'thick', mkfsOptions: '-m 1' },
    });
    expect(JSON.stringify(record)).not.to.contain('secret');
  });

  for (const [fsType, size] of [
    ['xfs', '300Mi'],
    ['btrfs', '128Mi'],
    ['ext4', '64Mi'],
  ] as const) {
    it(`have ${fsType}, whether the pod says so, or an attribute`, async () => {
      await publishInline(place, { fsType, attributes: { size } });
      expect((await host.mounts.find(place.at('target')))?.fsType).to.equal(fsType);
      await unpublishInline(place);
      await publishInline(place, { attributes: { size, fsType } });
      await publishInline(place, { fsType, attributes: { size, fsType } });
      expect((await host.mounts.find(place.at('target')))?.fsType).to.equal(fsType);
    });
  }

  it('have 1 GiB, or what the operator allows, when the pod does not say', async () => {
    await publishInline(place, { attributes: {}, deps: { ephemeral: { enabled: true, maximumSize: 100 * MiB } } });
    expect((await findVolume(place.pool, ID))?.size).to.equal(100 * MiB);
  });

  it('are read-only where the pod wants them so', async () => {
    await publishInline(place, { readonly: true });
    await publishInline(place, { readonly: true });
    const written: unknown = await writeFile(place.at('target/file'), '').catch((error: unknown) => error);
    expect(written).to.include({ code: 'EROFS' });
    expect(await volumeUses(place.pool)).to.deep.equal(new Map([[ID, { mounted: true, readOnly: true }]]));
    expect(await failureOf(publishInline(place))).to.include({ reason: 'AlreadyExists' });
    await unpublishInline(place);
    await expectNothing();
  });

  const refused = {
    'a size above what the operator allows': [{ size: '2Gi' }, 'OutOfRange', '1Gi'],
    'a size below what the filesystem needs': [{ size: '10Mi', fsType: 'xfs' }, 'OutOfRange', '300Mi'],
    'no size at all': [{ size: 'much' }, 'InvalidArgument', '10Gi'],
    'an unknown attribute': [{ siez: '1Gi' }, 'InvalidArgument', 'size, fsType, pool, mkfsOptions, provisioning'],
    'a managed volume': [
      { type: 'managed', hostPath: '/srv/data' },
      'InvalidArgument',
      'StorageClass with type: managed',
    ],
    'a directory of the host': [{ hostPath: '/etc' }, 'InvalidArgument', 'never a directory of the host'],
    'an unknown filesystem': [{ fsType: 'ntfs' }, 'InvalidArgument', 'ext4'],
    'an unknown pool': [{ pool: 'fast' }, 'InvalidArgument', 'node-1 has no pool fast; it has test'],
    'an option that mkfs may not have': [{ mkfsOptions: '-E root_owner' }, 'InvalidArgument', '-E'],
    'another provisioning': [{ provisioning: 'fat' }, 'InvalidArgument', 'thin'],
  } as const;
  for (const [what, [attributes, reason, words]] of Object.entries(refused)) {
    it(`cannot have ${what}`, async () => {
      const outcome = await failureOf(publishInline(place, { attributes }));
      expect(outcome.reason, outcome.message).to.equal(reason);
      expect(outcome.message).to.contain(words);
      await expectNothing();
    });
  }

  it('have one filesystem, are mounted, and have handles of the kubelet', async () => {
    for (const inline of [
      { fsType: 'xfs', attributes: { fsType: 'ext4' } },
      { volumeMode: 'Block' as const },
      { mode: 'MULTI_NODE_MULTI_WRITER' as const },
      { mountFlags: ['suid'] },
      { handle: 'csi-1' },
      { handle: (await place.create('of-the-controller')).id },
    ]) {
      expect(await failureOf(publishInline(place, inline)), JSON.stringify(inline)).to.include({
        reason: 'InvalidArgument',
      });
    }
    expect((await failureOf(publishInline(place, { volumeContext: {} }))).message).to.contain('podInfoOnMount');
  });

  it('are promised no more than the pool has, and leave nothing when they are refused', async () => {
    const deps = { ephemeral: { enabled: true, maximumSize: 100 * GiB } };
    const outcome = await failureOf(publishInline(place, { attributes: { size: '2Gi' }, deps }));
    expect(outcome.reason).to.equal('ResourceExhausted');
    expect(outcome.message).to.contain('2Gi').and.to.contain('pool test of node node-1');
    await expectNothing();
  });

  it('can be switched off: those that are there stay what they are', async () => {
    const deps = { ephemeral: { enabled: false, maximumSize: GiB } };
    const outcome = await failureOf(publishInline(place, { deps }));
    expect(outcome.reason).to.equal('FailedPrecondition');
    expect(outcome.message).to.contain('ephemeral.enabled');
    await publishInline(place);
    await publishInline(place, { deps });
  });

  it('are gone again when their own publish fails, and kept when they were there', async () => {
    await host.files.makeDirectory(place.at('target/in-the-way'));
    expect(await failureOf(publishInline(place))).to.include({ reason: 'FailedPrecondition' });
    expect(await findVolume(place.pool, ID)).to.equal(undefined);
    expect(place.pool.ledger.promised).to.equal(0);
    await host.files.removeTree(place.at('target'));

    await publishInline(place);
    expect(await failureOf(publishInline(place, { target: place.at('second') }))).to.include({
      reason: 'FailedPrecondition',
    });
    expect(await failureOf(publishInline(place, { attributes: { size: '65Mi' } }))).to.include({
      reason: 'AlreadyExists',
    });
    expect((await place.kernel({ id: ID })).mounts).to.deep.equal(['target']);
  });

  it('are there for the pod after a reboot, and until it is gone', async () => {
    await publishInline(place);
    await writeFile(place.at('target/file'), 'kept');
    await host.mounts.unmount(place.at('target'));
    place = await place.restarted();
    const [idle, ...others] = await idleEphemeral(place.pool);
    expect(others).to.deep.equal([]);
    expect(idle).to.include({ id: ID, bytes: 64 * MiB, pod: 'shop/web-0' });
    await publishInline(place);
    expect(await readFile(place.at('target/file'), 'utf8')).to.equal('kept');
    expect(await idleEphemeral(place.pool)).to.deep.equal([]);
    place = await place.restarted();
    expect(await idleEphemeral(place.pool)).to.deep.equal([]);
    await host.mounts.unmount(place.at('target'));
    await unpublishInline(place);
    await expectNothing();
  });

  it('are deleted even when their record cannot be read', async () => {
    await publishInline(place);
    await writeFile(`${imageDirectory(place.pool, ID)}/record.json`, 'nonsense');
    await unpublishInline(place);
    expect(await host.files.stat(imageDirectory(place.pool, ID))).to.equal(undefined);
    await expectNothing();
  });

  it('are not deleted while somebody else has them mounted', async () => {
    await publishInline(place);
    await host.files.makeDirectory(place.at('bound'));
    await host.mounts.bind({ source: place.at('target'), target: place.at('bound'), readOnly: false });
    const outcome = await failureOf(unpublishInline(place));
    expect(outcome.reason).to.equal('FailedPrecondition');
    expect(outcome.message).to.contain(place.at('bound'));
    await host.mounts.unmount(place.at('bound'));
    await unpublishInline(place);
    await expectNothing();
  });

  it('may be in a pool that is not open: their unpublish waits for it', async () => {
    const pools = { ...place.deps.pools, all: () => [], problems: () => new Map([['test', 'no disk']]) };
    const closed = { ...place, deps: { ...place.deps, pools } };
    expect(await failureOf(unpublishInline(closed))).to.include({ reason: 'Unavailable' });
    const outcome = await failureOf(publishInline(closed));
    expect(outcome.reason).to.equal('FailedPrecondition');
    expect(outcome.message).to.contain('no disk');
  });

  it('tell how full they are, by the names that the kubelet has for them', async () => {
    await publishInline(place);
    const { usage } = await nodeGetVolumeStats(
      { volumeId: HANDLE, volumePath: place.at('target'), stagingTargetPath: '' },
      place.deps,
    );
    expect(usage?.map(({ unit }) => unit)).to.deep.equal(['BYTES', 'INODES']);
    const { volumeHealth } = await nodeGetVolumeHealth(
      { volumeId: HANDLE, volumePath: '', stagingTargetPath: '' } as never,
      place.deps,
    );
    expect(volumeHealth).to.deep.include({ volumeId: HANDLE, healthStatuses: [] });
  });

  it('belong to their pod alone: they cannot be staged, nor published by their other name', async () => {
    await publishInline(place);
    const record = await findVolume(place.pool, ID);
    if (record === undefined) throw new Error('no record');
    for (const id of [HANDLE, ID]) {
      const outcome = await failureOf(place.stage({ ...record, id }));
      expect(outcome.reason).to.equal('FailedPrecondition');
      expect(outcome.message).to.contain('shop/web-0');
    }
    const staging = place.at('target');
    await place.unstage({ id: HANDLE }, staging);
    expect((await place.kernel({ id: ID })).mounts).to.deep.equal(['target']);
    const mode = 'SINGLE_NODE_SINGLE_WRITER';
    const second = await failureOf(place.publish(record, { mode, staging, target: place.at('second') }));
    expect(second).to.include({ reason: 'FailedPrecondition' });
    expect((await stat(place.at('target'))).isDirectory()).to.equal(true);
  });
});
