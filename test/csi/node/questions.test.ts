import { expect } from 'chai';
import { rm, truncate, writeFile } from 'node:fs/promises';
import { nodeExpandVolume } from '../../../src/csi/node/expand-volume.ts';
import { nodeGetCapabilities } from '../../../src/csi/node/get-capabilities.ts';
import { nodeGetInfo } from '../../../src/csi/node/get-info.ts';
import { nodeGetStorageHealth } from '../../../src/csi/node/get-storage-health.ts';
import { nodeGetVolumeHealth } from '../../../src/csi/node/get-volume-health.ts';
import { nodeGetVolumeStats } from '../../../src/csi/node/get-volume-stats.ts';
import { volumeId } from '../../../src/domain/ids.ts';
import { MiB } from '../../../src/domain/sizes.ts';
import { imagePath } from '../../../src/pool/layout.ts';
import { updateVolume } from '../../../src/pool/update-volume.ts';
import { failureOf, host } from '../../pool/open-test-pool.ts';
import { capability } from './node-calls.ts';
import { nodePlace, type NodePlace } from './node-place.ts';

describe('questions about volumes and the node', () => {
  let place: NodePlace;
  beforeEach(async () => {
    place = await nodePlace();
  });
  afterEach(() => place.cleanUp());

  describe('NodeGetVolumeStats', () => {
    const stats = (id: string, volumePath: string) =>
      nodeGetVolumeStats({ volumeId: id, volumePath, stagingTargetPath: '' }, place.deps);

    it('tells bytes and inodes of the filesystem at the target and staging path', async () => {
      const volume = await place.create('v');
      await place.stage(volume);
      await place.publish(volume);
      const before = (await stats(volume.id, place.at('target'))).usage?.[0];
      await writeFile(place.at('target/file'), Buffer.alloc(8 * MiB));
      for (const name of ['target', 'staging']) {
        const [bytes, inodes] = (await stats(volume.id, place.at(name))).usage ?? [];
        expect(bytes?.unit).to.equal('BYTES');
        expect(Number(bytes?.total)).to.be.within(48 * MiB, 64 * MiB);
        expect(Number(bytes?.used) - Number(before?.used)).to.be.within(8 * MiB, 9 * MiB);
        expect(Number(bytes?.available)).to.be.below(Number(bytes?.total) - 8 * MiB);
        expect(inodes?.unit).to.equal('INODES');
        expect(Number(inodes?.used)).to.equal(12);
      }
    });

    it('tells the size of a block volume', async () => {
      const volume = await place.create('v', { volumeMode: 'Block' });
      await place.stage(volume);
      await place.publish(volume);
      for (const name of ['target', 'staging']) {
        expect((await stats(volume.id, place.at(name))).usage).to.deep.equal([{ total: 64 * MiB, unit: 'BYTES' }]);
      }
    });

    it('does not find a volume that is not there', async () => {
      const volume = await place.create('v');
      await place.stage(volume);
      for (const path of ['some/path', place.at('target'), place.at('no/such'), '/', '/etc', `${place.root}/../x`]) {
        expect(await failureOf(stats(volume.id, path)), path).to.include({ reason: 'NotFound' });
      }
      expect(await failureOf(stats(volumeId('nobody'), place.at('staging')))).to.include({ reason: 'NotFound' });
      expect(await failureOf(stats('', place.at('staging')))).to.include({ reason: 'InvalidArgument' });
      expect(await failureOf(stats(volume.id, ''))).to.include({ reason: 'InvalidArgument' });
    });
  });

  describe('NodeExpandVolume', () => {
    const expand = (id: string, volumePath: string, change: object = {}) =>
      nodeExpandVolume(
        {
          volumeId: id,
          volumePath,
          capacityRange: null,
          stagingTargetPath: '',
          volumeCapability: null,
          secrets: {},
          ...change,
        },
        place.deps,
      );
    const range = (requiredBytes: number, limitBytes = 0) => ({
      capacityRange: { requiredBytes: String(requiredBytes), limitBytes: String(limitBytes) },
    });

    it('grows a mounted filesystem to its image', async () => {
      const volume = await place.create('v', { fsType: 'xfs', size: 320 * MiB });
      await place.stage(volume);
      await place.publish(volume);
      await updateVolume(place.pool, volume.id, { size: 512 * MiB });
      const answer = await expand(volume.id, place.at('target'), range(400 * MiB));
      expect(answer).to.deep.equal({ capacityBytes: 512 * MiB });
      expect((await host.files.usage(place.at('target'))).totalBytes).to.be.above(400 * MiB);
      expect(await expand(volume.id, place.at('staging'))).to.deep.equal({ capacityBytes: 512 * MiB });
    });

    for (const fsType of ['xfs', 'btrfs']) {
      it(`grows at a target of readers what is written through another mount, and only that (${fsType})`, async () => {
        const target = place.at('target');
        const total = async () => (await host.files.usage(target)).totalBytes;
        const volume = await place.create('v', { fsType, size: 320 * MiB });
        await place.stage(volume);
        await place.publish(volume, { readonly: true });
        await updateVolume(place.pool, volume.id, { size: 512 * MiB });
        expect(await expand(volume.id, target)).to.deep.equal({ capacityBytes: 512 * MiB });
        const grown = await total();
        expect(grown).to.be.above(400 * MiB);

        await host.mounts.unmount(place.at('staging'));
        await updateVolume(place.pool, volume.id, { size: 640 * MiB });
        expect(await expand(volume.id, target)).to.deep.equal({ capacityBytes: 640 * MiB });
        expect(await total()).to.equal(grown);
      });
    }

    it('tells the size of a block volume, whose device has it', async () => {
      const volume = await place.create('v', { volumeMode: 'Block' });
      await place.stage(volume);
      await updateVolume(place.pool, volume.id, { size: 128 * MiB });
      expect(await expand(volume.id, place.at('staging'))).to.deep.equal({ capacityBytes: 128 * MiB });
      const { source = '' } = { source: (await host.mounts.find(place.at(`staging/${volume.id}`)))?.root };
      expect(await host.loops.size(`/dev${source}`)).to.equal(128 * MiB);
    });

    it('refuses what the volume is not', async () => {
      const volume = await place.create('v');
      await place.stage(volume);
      const staging = place.at('staging');
      expect(await failureOf(expand(volume.id, staging, range(65 * MiB)))).to.include({ reason: 'OutOfRange' });
      expect(await failureOf(expand(volume.id, staging, range(0, 63 * MiB)))).to.include({ reason: 'OutOfRange' });
      expect(await failureOf(expand(volume.id, staging, range(-1)))).to.include({ reason: 'InvalidArgument' });
      const block = { volumeCapability: capability({ volumeMode: 'Block' }) };
      expect(await failureOf(expand(volume.id, staging, block))).to.include({ reason: 'InvalidArgument' });
      expect(await failureOf(expand(volume.id, 'some/path'))).to.include({ reason: 'NotFound' });
      expect(await failureOf(expand(volumeId('nobody'), 'some/path'))).to.include({ reason: 'NotFound' });
      expect(await failureOf(expand(volume.id, ''))).to.include({ reason: 'InvalidArgument' });
      expect(await failureOf(expand('', staging))).to.include({ reason: 'InvalidArgument' });
    });
  });

  describe('NodeGetVolumeHealth', () => {
    const health = async (id: string) => {
      const request = { volumeId: id, volumePublishPath: '', stagingTargetPath: '' };
      return (await nodeGetVolumeHealth(request, place.deps)).volumeHealth;
    };

    it('says nothing of a volume that is well, staged or not', async () => {
      const volume = await place.create('v');
      expect(await health(volume.id)).to.deep.equal({ volumeId: volume.id, healthStatuses: [] });
      await place.stage(volume);
      expect(await health(volume.id)).to.deep.equal({ volumeId: volume.id, healthStatuses: [] });
    });

    it('sees a lost or truncated image, and a lost record', async () => {
      const [truncated, lost, unknown] = [await place.create('a'), await place.create('b'), await place.create('c')];
      await truncate(imagePath(place.pool, truncated.id), MiB);
      await rm(imagePath(place.pool, lost.id));
      await rm(`${place.pool.path}/volumes/${unknown.id}/record.json`);
      expect((await health(truncated.id))?.healthStatuses?.[0]).to.include({ status: 'DATA_LOSS' });
      expect((await health(lost.id))?.healthStatuses?.[0]).to.include({ status: 'DATA_LOSS' });
      expect((await health(unknown.id))?.healthStatuses?.[0]).to.include({ status: 'INACCESSIBLE' });
      expect(await failureOf(health(volumeId('nobody')))).to.include({ reason: 'NotFound' });
      expect(await failureOf(health(''))).to.include({ reason: 'InvalidArgument' });
    });
  });

  it('NodeGetStorageHealth tells of pools that are not well, or not open', async () => {
    expect(await nodeGetStorageHealth({ secrets: {} }, place.deps)).to.deep.equal({ backendHealth: [] });
    const problems = () => new Map([['other', 'its disk is gone']]);
    const deps = { ...place.deps, pools: { ...place.deps.pools, problems } };
    await rm(`${place.pool.path}/pool.json`);
    const { backendHealth = [] } = await nodeGetStorageHealth({ secrets: {} }, deps);
    expect(backendHealth.map(({ status }) => status)).to.deep.equal(['STORAGE_UNREACHABLE', 'STORAGE_UNREACHABLE']);
    expect(backendHealth[0]?.message).to.contain('other').and.to.contain('its disk is gone');
  });

  it('a volume may be in a pool that is not open: then it is not said to be gone', async () => {
    const problems = () => new Map([['other', 'its disk is gone']]);
    const deps = { ...place.deps, pools: { ...place.deps.pools, problems } };
    const request = { volumeId: volumeId('nobody'), volumePath: place.at('x'), stagingTargetPath: '' };
    const { reason, message } = await failureOf(nodeGetVolumeStats(request, deps));
    expect(reason).to.equal('Unavailable');
    expect(message).to.contain('other');
  });

  it('NodeGetInfo tells the name, the limit and the topology of the node', async () => {
    expect(await nodeGetInfo({}, place.deps)).to.deep.equal({
      nodeId: 'node-1',
      maxVolumesPerNode: 7,
      accessibleTopology: { segments: { 'topology.tome.storage/node': 'node-1' } },
    });
  });

  it('NodeGetCapabilities tells what the node can', async () => {
    const { capabilities = [] } = await nodeGetCapabilities({});
    expect(capabilities.map(({ rpc }) => rpc?.type)).to.have.members([
      'STAGE_UNSTAGE_VOLUME',
      'GET_VOLUME_STATS',
      'EXPAND_VOLUME',
      'SINGLE_NODE_MULTI_WRITER',
      'GET_VOLUME_HEALTH',
      'GET_STORAGE_HEALTH',
    ]);
  });
});
