import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { volumeId } from '../../src/domain/ids.ts';
import { MiB } from '../../src/domain/sizes.ts';
import { linuxHost } from '../../src/host/linux-host.ts';
import { mount, volumeRequest } from '../support/controller.ts';
import { startDriver, type TestDriver } from '../support/driver.ts';
import { killServers } from '../support/kill-servers.ts';
import type { Registered } from '../support/ntfs.ts';
import { refusalOf } from '../support/refusal.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';
import { attach, detach, useOf, type Use } from './volume-use.ts';

/** Its files have a device number of no block device, and nothing holds the device but the program itself. */
const served: Registered = {
  name: 'served',
  kind: 'image',
  hooks: {
    format: { command: ['mkfs.ext4', '-q', '-F', '-b', '4096', '{device}'] },
    // fsck(8) exits with 1 when it has repaired something.
    fscheck: { command: ['sh', '-c', 'e2fsck -p "$1" || [ $? -eq 1 ]', 'fscheck', '{device}'] },
    mount: { command: ['fuse2fs', '-o', '{options}', '{device}', '{target}'] },
  },
};

describe('a filesystem that only its program knows to be of a device', function () {
  this.timeout(60_000);
  const host = linuxHost();
  let directory: TemporaryDirectory;
  let driver: TestDriver;
  let use: Use;

  beforeEach(async () => {
    directory = temporaryDirectory('tome-served');
    driver = await startDriver(directory.path, { filesystems: [served] });
    use = useOf(directory.path, 'served', mount('SINGLE_NODE_MULTI_WRITER'));
    await driver.controller.createVolume(
      volumeRequest('served', { capacityRange: { requiredBytes: 64 * MiB }, parameters: { filesystem: 'served' } }),
    );
  });
  afterEach(async () => {
    await driver.close();
    const { mounts } = await directory.leftovers();
    await directory.cleanUp();
    expect(mounts.filter((target) => target.includes('/use/'))).to.deep.equal([]);
  });

  const file = () => join(use.targetPath, 'file');
  const loops = async () => {
    const image = await host.files.stat(join(driver.poolPath, 'volumes', volumeId('served'), 'image'));
    return image === undefined ? [] : host.loops.holding(image);
  };

  it('is found by the device that it names, and gives it back', async () => {
    await attach(driver, use);
    await attach(driver, use);
    await writeFile(file(), 'kept', { flush: true });
    const { volumes } = await driver.admin.listVolumes({});
    expect(volumes[0]?.attachedTo[0]?.paths).to.include(use.targetPath);
    const beside = { ...use, stagingTargetPath: join(directory.path, 'use', 'beside') };
    expect((await refusalOf(driver.node.nodeStageVolume(beside))).message).to.contain('one path only');
    await detach(driver, use);
    expect(await loops()).to.deep.equal([]);
    await attach(driver, use);
    expect(await readFile(file(), 'utf8')).to.equal('kept');
    await detach(driver, use);
  });

  it('keeps its device when its program was killed, until it is unmounted', async () => {
    await attach(driver, use);
    await writeFile(file(), 'safe', { flush: true });
    await killServers((await loops()).map(({ path }) => path));
    expect(await loops()).to.have.length(1);
    await driver.node.nodeUnpublishVolume(use);
    const { stagingTargetPath, volumeCapability } = use;
    await driver.node.nodeStageVolume({ volumeId: use.volumeId, stagingTargetPath, volumeCapability });
    await driver.node.nodePublishVolume(use);
    expect(await readFile(file(), 'utf8')).to.equal('safe');
    await killServers((await loops()).map(({ path }) => path));
    await detach(driver, use);
    expect(await loops()).to.deep.equal([]);
  });

  it('cannot grow without a hook for it, and neither can a copy', async () => {
    const capacityRange = { requiredBytes: 128 * MiB };
    const grown = await refusalOf(driver.controller.controllerExpandVolume({ volumeId: use.volumeId, capacityRange }));
    expect(grown.message).to.contain('served');
    const volumeContentSource = { volume: { volumeId: use.volumeId } };
    const parameters = { filesystem: 'served' };
    const larger = volumeRequest('larger', { capacityRange, parameters, volumeContentSource });
    const copied = await refusalOf(driver.controller.createVolume(larger));
    expect(copied.code).to.equal('OUT_OF_RANGE');
    expect(copied.message).to.contain('cannot grow');
  });
});
