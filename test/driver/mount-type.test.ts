import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { MiB } from '../../src/domain/sizes.ts';
import { linuxHost } from '../../src/host/linux-host.ts';
import { volumeRequest } from '../support/controller.ts';
import { useDriver } from '../support/use-driver.ts';
import type { Registered } from '../support/ntfs.ts';
import { refusalOf } from '../support/refusal.ts';
import { attach, detach, useOf, type Use } from './volume-use.ts';

/** A filesystem that the kernel mounts, beside others of the same identity by a flag, and which grows while it is mounted. */
const plain: Registered = {
  name: 'plain',
  kind: 'image',
  mountType: 'xfs',
  minimumSize: 300 * MiB,
  arguments: { label: { pattern: '[a-z]{1,12}', default: 'plain' } },
  mountFlags: ['nouuid'],
  hooks: {
    format: { command: ['mkfs.xfs', '-q', '-f', '-K', '-s', 'size=4096', '-L', '{arg.label}', '{device}'] },
    grow: { command: ['xfs_growfs', '-d', '{target}'] },
  },
};

describe('a registered filesystem that the kernel mounts', function () {
  this.timeout(60_000);
  const host = linuxHost();
  const driver = useDriver({ options: { filesystems: [plain] } });

  const create = async (name: string, changes = {}): Promise<Use> => {
    const mount = { fsType: 'plain', mountFlags: ['noatime', 'nouuid'] };
    const capability = { mount, accessMode: { mode: 'SINGLE_NODE_MULTI_WRITER' as const } };
    const capacityRange = { requiredBytes: 300 * MiB };
    const request = { capacityRange, volumeCapabilities: [capability], ...changes };
    await driver.controller.createVolume(volumeRequest(name, request));
    return useOf(driver.directory.path, name, capability);
  };
  const file = (use: Use) => join(use.targetPath, 'file');

  it('is staged at two paths, frozen for a copy, and mounted beside it', async () => {
    const use = await create('data');
    await attach(driver, use);
    const beside = { ...useOf(driver.directory.path, 'beside', use.volumeCapability), volumeId: use.volumeId };
    await attach(driver, beside);
    await writeFile(file(use), 'original', { flush: true });
    expect(await readFile(file(beside), 'utf8')).to.equal('original');

    const copy = await create('copy', { volumeContentSource: { volume: { volumeId: use.volumeId } } });
    await attach(driver, copy);
    expect(await readFile(file(copy), 'utf8')).to.equal('original');
    expect(await host.mounts.find(copy.stagingTargetPath)).to.include({ fsType: 'xfs' });
    for (const each of [copy, beside, use]) await detach(driver, each);
  });

  it('is made with the arguments of its class: no blank of others serves it', async () => {
    const labels = ['blue', 'green'];
    for (const label of labels) {
      const use = await create(label, { parameters: { filesystem: 'plain', 'arg.label': label } });
      const image = join(driver.poolPath, 'volumes', use.volumeId, 'image');
      expect((await host.run('blkid', ['-p', '-s', 'LABEL', '-o', 'value', image])).trim()).to.equal(label);
    }
  });

  it('grows while it is mounted', async () => {
    const use = await create('data');
    await attach(driver, use);
    await writeFile(file(use), 'kept', { flush: true });
    const capacityRange = { requiredBytes: 600 * MiB };
    await driver.controller.controllerExpandVolume({ volumeId: use.volumeId, capacityRange });
    await driver.node.nodeExpandVolume({ volumeId: use.volumeId, volumePath: use.targetPath });
    expect((await host.files.usage(use.targetPath)).totalBytes).to.be.greaterThan(500 * MiB);
    await driver.node.nodeExpandVolume({ volumeId: use.volumeId, volumePath: use.targetPath });
    expect(await readFile(file(use), 'utf8')).to.equal('kept');
    await detach(driver, use);
  });

  it('is too small below its minimum', async () => {
    const { code } = await refusalOf(create('small', { capacityRange: { requiredBytes: 200 * MiB } }));
    expect(code).to.equal('OUT_OF_RANGE');
  });
});
