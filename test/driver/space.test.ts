import { execFile } from 'node:child_process';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { snapshotId } from '../../src/domain/ids.ts';
import { MiB } from '../../src/domain/sizes.ts';
import { block, mount, volumeRequest } from '../support/controller.ts';
import { useDriver } from '../support/use-driver.ts';
import { refusalOf } from '../support/refusal.ts';
import { attach, detach, useOf, type Use } from './volume-use.ts';
import { until } from '../support/until.ts';

const run = promisify(execFile);
const SIZE = 384 * MiB;
const LARGER = 640 * MiB;
const sized = (bytes: number) => ({ capacityRange: { requiredBytes: bytes } });
const precious = Buffer.alloc(2 * MiB, 'precious');

describe('the space of volumes', function () {
  this.timeout(60_000);
  const driver = useDriver({ leavesNothing: true });

  async function create(name: string, fsType: string, changes: object = {}): Promise<Use> {
    const volumeCapability = fsType === 'block' ? block() : mount(undefined, fsType);
    const request = { ...sized(SIZE), volumeCapabilities: [volumeCapability], ...changes };
    await driver.controller.createVolume(volumeRequest(name, request));
    return useOf(driver.directory.path, name, volumeCapability);
  }

  const image = (use: Use): string => join(driver.poolPath, 'volumes', use.volumeId, 'image');

  async function totalBytes({ volumeId, targetPath }: Use): Promise<number> {
    const { usage } = await driver.node.nodeGetVolumeStats({ volumeId, volumePath: targetPath });
    return Number(usage.find(({ unit }) => unit === 'BYTES')?.total);
  }

  for (const fsType of ['ext4', 'xfs', 'btrfs']) {
    it(`goes back to the pool, and to the disk below it, when files are deleted (${fsType}, thin)`, async () => {
      const use = await create('v', fsType);
      const poolFile = driver.at('state/pool.img');
      await attach(driver, use);
      const [before, beforeBelow] = [await allocated(image(use)), await allocated(poolFile)];
      const file = join(use.targetPath, 'large');
      await writeFile(file, Buffer.alloc(96 * MiB, 'x'), { flush: true });
      await run('sync', ['-f', use.targetPath]);
      expect((await allocated(image(use))) - before).to.be.above(90 * MiB);
      await rm(file);
      await until(async () => {
        // What the filesystem has not given back by itself yet.
        await run('sync', ['-f', use.targetPath]);
        if (fsType === 'btrfs') await run('fstrim', [use.targetPath]);
        await run('sync', ['-f', driver.poolPath]);
        const [now, below] = [await allocated(image(use)), await allocated(poolFile)];
        return now - before < 16 * MiB && below - beforeBelow < 48 * MiB;
      });
      await detach(driver, use);
    });

    it(`stays allocated when it is thick (${fsType})`, async () => {
      const use = await create('v', fsType, { parameters: { provisioning: 'thick' } });
      expect(await allocated(image(use))).to.be.at.least(SIZE);
      await attach(driver, use);
      const file = join(use.targetPath, 'large');
      await writeFile(file, Buffer.alloc(96 * MiB, 'x'), { flush: true });
      await rm(file);
      await run('sync', ['-f', use.targetPath]);
      const trimmed = await run('fstrim', [use.targetPath]).then(() => 'done', String);
      expect(trimmed).to.match(/not supported/);
      await detach(driver, use);
      expect(await allocated(image(use))).to.be.at.least(SIZE);
    });

    it(`grows while it is not in use (${fsType})`, async () => {
      const use = await create('v', fsType);
      await attach(driver, use);
      await writeFile(join(use.targetPath, 'file'), precious);
      const before = await totalBytes(use);
      await detach(driver, use);
      const answer = await driver.controller.controllerExpandVolume({ volumeId: use.volumeId, ...sized(LARGER) });
      expect(answer).to.deep.equal({ capacityBytes: String(LARGER), nodeExpansionRequired: true });
      await attach(driver, use);
      expect((await totalBytes(use)) - before).to.be.above(200 * MiB);
      expect(await readFile(join(use.targetPath, 'file'))).to.deep.equal(precious);
      await detach(driver, use);
    });

    it(`grows while it is in use, or says what it takes (${fsType})`, async () => {
      const use = await create('v', fsType);
      await attach(driver, use);
      await writeFile(join(use.targetPath, 'file'), precious);
      const before = await totalBytes(use);
      await driver.controller.controllerExpandVolume({ volumeId: use.volumeId, ...sized(LARGER) });
      const grow = () => driver.node.nodeExpandVolume({ volumeId: use.volumeId, volumePath: use.targetPath });
      if (fsType !== 'ext4' || (await mayResizeMounted())) {
        expect(await grow()).to.deep.equal({ capacityBytes: String(LARGER) });
        await grow();
      } else {
        const refusal = await refusalOf(grow());
        expect(refusal).to.include({ code: 'FAILED_PRECONDITION' });
        expect(refusal.message).to.contain('CAP_SYS_RESOURCE');
        await detach(driver, use);
        await attach(driver, use);
      }
      expect((await totalBytes(use)) - before).to.be.above(200 * MiB);
      expect(await readFile(join(use.targetPath, 'file'))).to.deep.equal(precious);
      await detach(driver, use);
    });

    it(`is all there in a clone and a restore that are larger than their source, used beside it (${fsType})`, async () => {
      const use = await create('v', fsType);
      await attach(driver, use);
      await writeFile(join(use.targetPath, 'file'), precious);
      const before = await totalBytes(use);
      await driver.controller.createSnapshot({ name: 'cut', sourceVolumeId: use.volumeId });
      const snapshot = { snapshot: { snapshotId: snapshotId('cut') } };
      const restored = await create('restored', fsType, { ...sized(LARGER), volumeContentSource: snapshot });
      const cloned = await create('cloned', fsType, {
        ...sized(LARGER),
        volumeContentSource: { volume: { volumeId: use.volumeId } },
      });
      for (const copy of [restored, cloned]) {
        await attach(driver, copy);
        expect((await totalBytes(copy)) - before).to.be.above(200 * MiB);
        expect(await readFile(join(copy.targetPath, 'file'))).to.deep.equal(precious);
        await writeFile(join(copy.targetPath, 'file'), 'other');
      }
      expect(await readFile(join(use.targetPath, 'file'))).to.deep.equal(precious);
      for (const each of [use, restored, cloned]) await detach(driver, each);
    });

    it(`is read from a snapshot whose journal is dirty, by readers (${fsType})`, async () => {
      const use = await create('v', fsType);
      await attach(driver, use);
      await writeFile(join(use.targetPath, 'file'), precious, { flush: true });
      // As a machine that lost its power leaves it: what was synced is partly in the journal alone.
      const torn = join(driver.poolPath, 'torn');
      await run('cp', ['--reflink=always', image(use), torn]);
      await detach(driver, use);
      await run('cp', ['--reflink=always', torn, image(use)]);
      await rm(torn);
      await driver.controller.createSnapshot({ name: 'cut', sourceVolumeId: use.volumeId });
      const volumeContentSource = { snapshot: { snapshotId: snapshotId('cut') } };
      const volumeCapability = mount('MULTI_NODE_READER_ONLY', fsType);
      const changes = { ...sized(LARGER), volumeContentSource, volumeCapabilities: [volumeCapability] };
      const reader = { ...(await create('reader', fsType, changes)), volumeCapability };
      await attach(driver, reader);
      expect(await readFile(join(reader.targetPath, 'file'))).to.deep.equal(precious);
      const write = await writeFile(join(reader.targetPath, 'more'), '').catch((error: unknown) => error);
      expect(write).to.include({ code: 'EROFS' });
      await detach(driver, reader);
    });
  }

  it('of a block volume grows while it is in use, without its node', async () => {
    const use = await create('v', 'block');
    await attach(driver, use);
    const answer = await driver.controller.controllerExpandVolume({ volumeId: use.volumeId, ...sized(LARGER) });
    expect(answer).to.deep.equal({ capacityBytes: String(LARGER), nodeExpansionRequired: false });
    expect(await totalBytes(use)).to.equal(LARGER);
    const { stdout } = await run('blockdev', ['--getsize64', use.targetPath]);
    expect(Number(stdout)).to.equal(LARGER);
    await detach(driver, use);
  });

  it('of a block volume goes back to the pool by discard, unless it is thick', async () => {
    for (const provisioning of ['thin', 'thick']) {
      const use = await create(provisioning, 'block', { parameters: { provisioning } });
      await attach(driver, use);
      await run('dd', ['if=/dev/urandom', `of=${use.targetPath}`, 'bs=1M', 'count=32', 'oflag=direct', 'status=none']);
      expect(await allocated(image(use))).to.be.at.least(32 * MiB);
      const discarded = await run('blkdiscard', [use.targetPath]).then(() => 'done', String);
      await detach(driver, use);
      if (provisioning === 'thin') expect(await allocated(image(use))).to.be.below(MiB);
      else expect(discarded).to.match(/not supported/);
      if (provisioning === 'thick') expect(await allocated(image(use))).to.be.at.least(SIZE);
    }
  });
});

async function allocated(path: string): Promise<number> {
  return (await stat(path)).blocks * 512;
}

async function mayResizeMounted(): Promise<boolean> {
  const effective = /^CapEff:\s*(\w+)$/m.exec(await readFile('/proc/self/status', 'utf8'))?.[1] ?? '0';
  return ((BigInt(`0x${effective}`) >> 24n) & 1n) === 1n;
}
