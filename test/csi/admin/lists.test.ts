import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import type { VolumeInfo__Output } from '../../../src/csi/gen/tome/v1/VolumeInfo.ts';
import { useDriver } from '../../support/use-driver.ts';
import { refusalOf } from '../../support/refusal.ts';

const MiB = 1024 ** 2;

describe('Admin, with a driver', function () {
  this.timeout(60_000);
  const driver = useDriver({ isShared: true });

  async function create(name: string, fsType: 'block' | 'ext4' | 'btrfs', size = 128 * MiB): Promise<string> {
    const accessMode = { mode: 'SINGLE_NODE_MULTI_WRITER' } as const;
    const use = fsType === 'block' ? { block: {}, accessMode } : { mount: { fsType }, accessMode };
    const capacityRange = { requiredBytes: size };
    const made = await driver.controller.createVolume({ name, capacityRange, volumeCapabilities: [use] });
    return made.volume?.volumeId ?? '';
  }

  async function list(filter: { volumeId?: string; pool?: string } = {}): Promise<readonly VolumeInfo__Output[]> {
    return (await driver.admin.listVolumes(filter)).volumes;
  }

  /** Without ControllerPublishVolume, as an orchestrator does where no attaching is required. */
  async function mount(volumeId: string, fsType: 'block' | 'ext4' | 'btrfs'): Promise<string> {
    const accessMode = { mode: 'SINGLE_NODE_MULTI_WRITER' } as const;
    const volumeCapability = fsType === 'block' ? { block: {}, accessMode } : { mount: {}, accessMode };
    const stagingTargetPath = path.join(driver.stateDir, 'staging', volumeId);
    const targetPath = driver.at(`target-${volumeId}`);
    await mkdir(stagingTargetPath, { recursive: true });
    await driver.node.nodeStageVolume({ volumeId, stagingTargetPath, volumeCapability });
    await driver.node.nodePublishVolume({ volumeId, stagingTargetPath, targetPath, volumeCapability });
    return targetPath;
  }

  async function unmount(volumeId: string, targetPath: string): Promise<void> {
    await driver.node.nodeUnpublishVolume({ volumeId, targetPath });
    const stagingTargetPath = path.join(driver.stateDir, 'staging', volumeId);
    await driver.node.nodeUnstageVolume({ volumeId, stagingTargetPath });
  }

  it('lists volumes by name, numbers in them by value, and narrows the list', async () => {
    for (const name of ['db-10', 'db-9', 'a']) await create(name, 'ext4', 16 * MiB);
    const all = await list();
    expect(all.map(({ name }) => name)).to.deep.equal(['a', 'db-9', 'db-10']);
    expect(all[0]).to.include({ state: 'Ready', mode: 'ext4', sizeBytes: String(16 * MiB), pool: 'default' });
    expect(await list({ volumeId: all[1]?.id ?? '' })).to.deep.equal(all.slice(1, 2));
    expect(await list({ volumeId: 'vol-unknown' })).to.deep.equal([]);
    expect(await list({ pool: 'default' })).to.have.length(3);
    expect(await refusalOf(list({ pool: 'other' }))).to.deep.include({
      code: 'NOT_FOUND',
      message: 'there is no pool other: known are default',
    });
  });

  for (const fsType of ['ext4', 'btrfs', 'block'] as const) {
    it(`shows where the kernel has ${fsType} although nothing was granted, and not where it is staged`, async () => {
      const id = await create(`seen-${fsType}`, fsType);
      expect((await list({ volumeId: id }))[0]).to.deep.include({ attachedTo: [], mode: fsType });
      const target = await mount(id, fsType);
      const attachedTo = [{ node: 'node-1', readOnly: false, paths: [target] }];
      expect((await list({ volumeId: id }))[0]).to.deep.include({ attachedTo });
      await unmount(id, target);
      expect((await list({ volumeId: id }))[0]).to.deep.include({ attachedTo: [] });
    });
  }

  it('shows what was granted once, with the paths where there are some', async () => {
    const id = await create('granted', 'ext4');
    const volumeCapability = { mount: {}, accessMode: { mode: 'SINGLE_NODE_MULTI_WRITER' } } as const;
    await driver.controller.controllerPublishVolume({ volumeId: id, nodeId: 'node-1', volumeCapability });
    const [before] = await list({ volumeId: id });
    expect(before?.attachedTo).to.deep.equal([{ node: 'node-1', readOnly: false, paths: [] }]);
    const target = await mount(id, 'ext4');
    const [after] = await list({ volumeId: id });
    expect(after?.attachedTo).to.deep.equal([{ node: 'node-1', readOnly: false, paths: [target] }]);
    await unmount(id, target);
  });

  it('measures what an image takes on disk', async () => {
    const id = await create('measured', 'ext4');
    const target = await mount(id, 'ext4');
    const used = async () => Number((await list({ volumeId: id }))[0]?.usedBytes);
    expect(await used()).to.be.below(8 * MiB);
    await writeFile(path.join(target, 'file'), Buffer.alloc(32 * MiB, 1), { flush: true });
    expect(await used()).to.be.within(32 * MiB, 48 * MiB);
    await unmount(id, target);
  });

  it('names what a volume was made from, and knows when that is gone', async () => {
    const source = await create('source', 'ext4', 16 * MiB);
    const { snapshot } = await driver.controller.createSnapshot({ name: 'cut', sourceVolumeId: source });
    const snapshotId = snapshot?.snapshotId ?? '';
    const volumeCapabilities = [{ mount: {}, accessMode: { mode: 'SINGLE_NODE_WRITER' } } as const];
    const from = { name: 'copy', volumeCapabilities, volumeContentSource: { snapshot: { snapshotId } } };
    const copy = (await driver.controller.createVolume(from)).volume?.volumeId ?? '';
    expect((await list({ volumeId: copy }))[0]?.createdFrom).to.include({ snapshotId, name: 'cut' });

    const find = async () => (await driver.admin.listSnapshots({ sourceVolumeId: source })).snapshots;
    expect(await find()).to.have.length(1);
    expect((await find())[0]).to.include({
      id: snapshotId,
      name: 'cut',
      state: 'Ready',
      mode: 'ext4',
      pool: 'default',
    });
    expect((await find())[0]).to.include({ sourceVolumeName: 'source', sizeBytes: String(16 * MiB), groupId: '' });
    await driver.controller.deleteVolume({ volumeId: source });
    expect((await find())[0]).to.include({ sourceVolumeId: source, sourceVolumeName: '' });
    await driver.controller.deleteSnapshot({ snapshotId });
    expect((await list({ volumeId: copy }))[0]?.createdFrom).to.include({ snapshotId, name: '' });
    expect((await driver.admin.listSnapshots({ snapshotId })).snapshots).to.deep.equal([]);
  });

  it('lists pools with what is promised and left', async () => {
    const [before] = (await driver.admin.listPools({})).pools;
    expect(before).to.include({
      name: 'default',
      node: 'node-1',
      state: 'Ready',
      path: driver.poolPath,
      reflink: true,
    });
    expect(Number(before?.volumes)).to.equal((await list()).length);
    await create('promised', 'ext4');
    const [after] = (await driver.admin.listPools({})).pools;
    expect(Number(after?.promisedBytes) - Number(before?.promisedBytes)).to.equal(128 * MiB);
    expect(Number(before?.availableBytes) - Number(after?.availableBytes)).to.equal(128 * MiB);
  });
});
