import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { volumeId } from '../../src/domain/ids.ts';
import { MiB } from '../../src/domain/sizes.ts';
import { linuxHost } from '../../src/host/linux-host.ts';
import { mount, volumeRequest } from '../support/controller.ts';
import { startDriver, type TestDriver } from '../support/driver.ts';
import { killServers, openers } from '../support/kill-servers.ts';
import { ntfs } from '../support/ntfs.ts';
import { refusalOf } from '../support/refusal.ts';
import { startProcess } from '../support/standalone-process.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';
import { attach, detach, useOf, type Use } from './volume-use.ts';

const OPTIONS = { filesystems: [ntfs] };
const capacityRange = { requiredBytes: 64 * MiB };

describe('NTFS, a registered filesystem that a program serves', function () {
  this.timeout(60_000);
  const host = linuxHost();
  let directory: TemporaryDirectory;
  let driver: TestDriver;

  beforeEach(async () => {
    directory = temporaryDirectory('tome-ntfs');
    driver = await startDriver(directory.path, OPTIONS);
  });
  afterEach(async () => {
    await driver.close();
    const { mounts } = await directory.leftovers();
    await directory.cleanUp();
    expect(mounts.filter((target) => target.includes('/use/'))).to.deep.equal([]);
  });

  const create = async (name: string, changes = {}): Promise<Use> => {
    const parameters = { filesystem: 'ntfs' };
    await driver.controller.createVolume(volumeRequest(name, { capacityRange, parameters, ...changes }));
    return useOf(directory.path, name);
  };
  const write = (use: Use, text: string) => writeFile(join(use.targetPath, 'file'), text, { flush: true });
  const read = (use: Use) => readFile(join(use.targetPath, 'file'), 'utf8');
  const imageOf = (name: string) => join(driver.poolPath, 'volumes', volumeId(name), 'image');
  const loops = async () => {
    const image = await host.files.stat(imageOf('data'));
    return image === undefined ? [] : host.loops.holding(image);
  };
  const totalBytes = async (use: Use) => (await host.files.usage(use.targetPath)).totalBytes;
  const health = async ({ volumeId: id }: Use) =>
    (await driver.node.nodeGetVolumeHealth({ volumeId: id })).volumeHealth?.healthStatuses ?? [];

  const devices = async () => (await loops()).map(({ path }) => path);

  it('keeps what is written from one staging to the next, and gives its device back', async () => {
    const use = await create('data');
    await attach(driver, use);
    await attach(driver, use);
    await write(use, 'kept');
    expect(await health(use)).to.deep.equal([]);
    expect(await host.mounts.find(use.stagingTargetPath)).to.include({ fsType: 'fuseblk' });
    const stats = await driver.node.nodeGetVolumeStats({ volumeId: use.volumeId, volumePath: use.targetPath });
    expect(Number(stats.usage[0]?.total)).to.be.within(60 * MiB, 64 * MiB);

    await detach(driver, use);
    await detach(driver, use);
    expect(await loops()).to.deep.equal([]);
    await attach(driver, use);
    expect(await read(use)).to.equal('kept');
    await detach(driver, use);
    await driver.controller.deleteVolume({ volumeId: use.volumeId });
  });

  it('is served on by its program when the driver is killed, and found again by the next one', async () => {
    await driver.close();
    const killed = await startProcess(directory.path, OPTIONS);
    driver = killed;
    const use = await create('data');
    await attach(driver, use);
    await write(use, 'before');
    const servers = await openers(await devices());
    expect(servers).to.have.length(1);
    await killed.kill();
    await write(use, 'meanwhile');

    driver = await startDriver(directory.path, OPTIONS);
    expect(await health(use)).to.deep.equal([]);
    await attach(driver, use);
    expect(await openers(await devices())).to.deep.equal(servers);
    expect(await read(use)).to.equal('meanwhile');
    await detach(driver, use);
    expect(await loops()).to.deep.equal([]);
  });

  it('is reported when its program was killed, and mounted again', async () => {
    const use = await create('data');
    await attach(driver, use);
    await write(use, 'safe');
    await killServers(await devices());
    expect(await health(use)).to.have.length(1);
    expect((await health(use))[0]).to.include({ status: 'INACCESSIBLE', reason: 'FilesystemShutDown' });

    const { stagingTargetPath, volumeCapability } = use;
    const stage = () => driver.node.nodeStageVolume({ volumeId: use.volumeId, stagingTargetPath, volumeCapability });
    const whilePublished = await refusalOf(stage());
    expect(whilePublished.code).to.equal('FAILED_PRECONDITION');
    expect(whilePublished.message).to.contain('has ended').and.contain(use.targetPath);

    await driver.node.nodeUnpublishVolume(use);
    await stage();
    await driver.node.nodePublishVolume(use);
    expect(await read(use)).to.equal('safe');
    expect(await health(use)).to.deep.equal([]);

    await killServers(await devices());
    await detach(driver, use);
    expect(await loops()).to.deep.equal([]);
  });

  it('is mounted again by a publish, too, unless another pod still has what has ended', async () => {
    const use = { ...(await create('data')), volumeCapability: mount('SINGLE_NODE_MULTI_WRITER') };
    const second = { ...use, targetPath: join(directory.path, 'use', 'second') };
    await attach(driver, use);
    await write(use, 'safe');
    await killServers(await devices());
    const { code, message } = await refusalOf(driver.node.nodePublishVolume(second));
    expect(code).to.equal('FAILED_PRECONDITION');
    expect(message).to.contain('has ended').and.contain(use.targetPath);
    await driver.node.nodeUnpublishVolume(use);
    await driver.node.nodePublishVolume(second);
    expect(await read(second)).to.equal('safe');
    await detach(driver, second);
    expect(await loops()).to.deep.equal([]);
  });

  it('is copied while it is not mounted, and not frozen while it is', async () => {
    const use = await create('data');
    await attach(driver, use);
    await write(use, 'original');
    const snapshot = () => driver.controller.createSnapshot({ name: 'cut', sourceVolumeId: use.volumeId });
    const refusal = await refusalOf(snapshot());
    expect(refusal.code).to.equal('FAILED_PRECONDITION');
    expect(refusal.message).to.contain('cannot be frozen').and.contain('unstage');
    await detach(driver, use);

    const { snapshot: cut } = await snapshot();
    const volumeContentSource = { snapshot: { snapshotId: cut?.snapshotId ?? '' } };
    const restored = await create('restored', { volumeContentSource });
    await attach(driver, use);
    await attach(driver, restored);
    await write(use, 'changed');
    expect([await read(use), await read(restored)]).to.deep.equal(['changed', 'original']);
    for (const each of [use, restored]) await detach(driver, each);
  });

  it('grows when it is next staged, a copy too, once', async () => {
    const use = await create('data');
    await attach(driver, use);
    await write(use, 'kept');
    await driver.controller.controllerExpandVolume({
      volumeId: use.volumeId,
      capacityRange: { requiredBytes: 256 * MiB },
    });
    const online = await refusalOf(
      driver.node.nodeExpandVolume({ volumeId: use.volumeId, volumePath: use.targetPath }),
    );
    expect(online.code).to.equal('FAILED_PRECONDITION');
    expect(online.message).to.contain('when it is next staged');
    await detach(driver, use);
    await attach(driver, use);
    await driver.node.nodeExpandVolume({ volumeId: use.volumeId, volumePath: use.targetPath });
    expect(await totalBytes(use)).to.be.within(255 * MiB, 256 * MiB);
    expect(await read(use)).to.equal('kept');
    await detach(driver, use);

    const volumeContentSource = { volume: { volumeId: use.volumeId } };
    const copy = await create('copy', { volumeContentSource, capacityRange: { requiredBytes: 512 * MiB } });
    await attach(driver, copy);
    expect(await totalBytes(copy)).to.be.within(511 * MiB, 512 * MiB);
    expect(await read(copy)).to.equal('kept');
    await detach(driver, copy);
  });

  it('is read by several, down to a device that only reads, and not beside a writer', async () => {
    const use = await create('data');
    await attach(driver, use);
    await write(use, 'read');
    const readers = useOf(directory.path, 'data', mount('MULTI_NODE_READER_ONLY'), true);
    const { volumeId: id, volumeCapability } = readers;
    const stagingTargetPath = join(directory.path, 'use', 'elsewhere');
    const stage = () =>
      driver.node.nodeStageVolume({
        volumeId: id,
        stagingTargetPath,
        volumeCapability,
        publishContext: { readOnly: 'true' },
      });
    expect((await refusalOf(stage())).code).to.equal('FAILED_PRECONDITION');
    await detach(driver, use);

    await attach(driver, readers);
    const second = { ...readers, targetPath: join(directory.path, 'use', 'second') };
    await driver.node.nodePublishVolume({ ...second, publishContext: { readOnly: 'true' } });
    expect([await read(readers), await read(second)]).to.deep.equal(['read', 'read']);
    expect((await loops()).map(({ readOnly }) => readOnly)).to.deep.equal([true]);
    const refused = await write(second, 'x').then(
      () => '',
      (error: unknown) => String(error),
    );
    expect(refused).to.contain('EROFS');
    await driver.node.nodeUnpublishVolume(second);
    await detach(driver, readers);
    expect(await loops()).to.deep.equal([]);
  });

  it('has the arguments that a class gives, and refuses others, naming what there is', async () => {
    const parameters = { filesystem: 'ntfs', 'arg.label': 'blue' };
    await driver.controller.createVolume(volumeRequest('labelled', { capacityRange, parameters }));
    expect(await host.run('ntfslabel', ['--force', imageOf('labelled')])).to.contain('blue');
    await create('data');
    expect(await host.run('ntfslabel', ['--force', imageOf('data')])).to.contain('tome');

    for (const [changes, told] of [
      [{ 'arg.label': 'a b' }, '[A-Za-z0-9_-]{1,32}'],
      [{ 'arg.size': '1' }, 'label'],
      [{ mkfsOptions: '-L x' }, 'arg.NAME'],
      [{ filesystem: 'ntsf' }, 'ext4, xfs, btrfs, ntfs'],
    ] as const) {
      const bad = { parameters: { filesystem: 'ntfs', ...changes } };
      const { code, message } = await refusalOf(driver.controller.createVolume(volumeRequest('bad', bad)));
      expect(code).to.equal('INVALID_ARGUMENT');
      expect(message).to.contain(told);
    }
  });

  it('is not mounted when it is damaged, and says what its own tool says', async () => {
    const use = await create('data');
    await host.images.writeBlock(imageOf('data'), 0, Buffer.alloc(64 * 1024));
    const { code, message } = await refusalOf(attach(driver, use));
    expect(code).to.equal('FAILED_PRECONDITION');
    expect(message).to.contain('its ntfs may be damaged').and.contain('hook fscheck').and.contain('exit code');
    expect(await loops()).to.deep.equal([]);
    await rm(use.stagingTargetPath, { recursive: true, force: true });
  });
});
