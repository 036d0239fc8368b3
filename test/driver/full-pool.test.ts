import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { volumeId } from '../../src/domain/ids.ts';
import { MiB } from '../../src/domain/sizes.ts';
import { block, volumeRequest } from '../support/controller.ts';
import { startDriver, type TestDriver } from '../support/driver.ts';
import { useDriver } from '../support/use-driver.ts';
import { refusalOf } from '../support/refusal.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';
import { mountedDisk } from './mounted-disk.ts';
import { attach, detach, digestOf, fill, useOf } from './volume-use.ts';

const BLOCK = 4096;
const sized = (bytes: number) => ({ capacityRange: { requiredBytes: bytes } });

describe('a pool that is promised to the brim', function () {
  this.timeout(120_000);
  const driver = useDriver({
    options: (at) => {
      const backing = { file: at('pool.img'), size: '400Mi', thin: true };
      return { pools: [{ name: 'default', path: at('state/pool'), backing }] };
    },
    leavesNothing: true,
  });

  it('refuses all that needs room, keeps what runs, and has room at once when something is deleted', async () => {
    const { controller, group } = driver;
    const running = useOf(driver.directory.path, 'running');
    await controller.createVolume(volumeRequest('running', sized(64 * MiB)));
    await attach(driver, running);
    await writeFile(join(running.targetPath, 'before'), Buffer.alloc(16 * MiB, 'precious'), { flush: true });
    await controller.createSnapshot({ name: 'cut', sourceVolumeId: running.volumeId });
    const rest = await available(driver);
    await controller.createVolume(volumeRequest('rest', { ...sized(rest), volumeCapabilities: [block()] }));
    expect(await available(driver)).to.be.below(BLOCK);

    const records = await recordsOf(driver);
    const sourceVolumeId = running.volumeId;
    const refused = {
      volume: () => controller.createVolume(volumeRequest('more', sized(16 * MiB))),
      clone: () =>
        controller.createVolume(
          volumeRequest('more', { volumeContentSource: { volume: { volumeId: sourceVolumeId } } }),
        ),
      snapshot: () => controller.createSnapshot({ name: 'more', sourceVolumeId }),
      'group snapshot': () => group.createVolumeGroupSnapshot({ name: 'more', sourceVolumeIds: [sourceVolumeId] }),
      expansion: () => controller.controllerExpandVolume({ volumeId: sourceVolumeId, ...sized(128 * MiB) }),
    };
    for (const [what, call] of Object.entries(refused)) {
      for (const attempt of ['first', 'second']) {
        expect(await refusalOf(call()), `${what}, ${attempt}`).to.include({ code: 'RESOURCE_EXHAUSTED' });
      }
    }
    expect(await recordsOf(driver)).to.deep.equal(records);
    await controller.createVolume(volumeRequest('running', sized(64 * MiB)));

    const device = useOf(driver.directory.path, 'rest', block());
    await attach(driver, device);
    const [inDevice, inFile] = [await fill(device.targetPath, rest), await fill(join(running.targetPath, 'full'))];
    expect(inDevice.bytes).to.equal(rest);
    expect(inFile.bytes).to.be.above(30 * MiB);
    for (const use of [device, running]) {
      await detach(driver, use);
      await attach(driver, use);
    }
    expect(await digestOf(device.targetPath, rest)).to.equal(inDevice.digest);
    expect(await digestOf(join(running.targetPath, 'full'), inFile.bytes)).to.equal(inFile.digest);
    expect(await readFile(join(running.targetPath, 'before'))).to.deep.equal(Buffer.alloc(16 * MiB, 'precious'));

    await detach(driver, device);
    await controller.deleteVolume({ volumeId: device.volumeId });
    await controller.createVolume(volumeRequest('again', sized(rest)));
    await detach(driver, running);
  });
});

for (const fsType of ['xfs', 'ext4'] as const) {
  describe(`a disk with ${fsType} that somebody else has filled`, function () {
    this.timeout(120_000);
    let directory: TemporaryDirectory;
    let disk: string;
    let driver: TestDriver;
    const pools = () => [{ name: 'default', path: join(disk, 'pool') }];
    const start = () => startDriver(disk, { pools: pools(), sweepIntervalSeconds: 0.2 });

    beforeEach(async () => {
      directory = temporaryDirectory();
      disk = await mountedDisk(directory.path, fsType, 512 * MiB);
      driver = await start();
    });

    afterEach(async () => {
      await driver.close();
      await directory.cleanUp();
    });

    it('refuses what needs room, says so, survives a restart, and goes on when there is room again', async () => {
      const use = useOf(directory.path, 'v');
      await driver.controller.createVolume(volumeRequest('v', sized(32 * MiB)));
      await driver.controller.createVolume(volumeRequest('unused', sized(32 * MiB)));
      await attach(driver, use);
      await writeFile(join(use.targetPath, 'data'), Buffer.alloc(8 * MiB, 'precious'));
      await detach(driver, use);
      await attach(driver, { ...use, readonly: true });
      const records = await recordsOf(driver);

      await fill(join(disk, 'foreign'));
      await expectFull(records);
      await driver.close();
      driver = await start();
      await expectFull(records);
      expect((await readFile(join(use.targetPath, 'data'))).subarray(0, 8).toString()).to.equal('precious');
      // What gives room back must work when there is none.
      await driver.controller.deleteVolume({ volumeId: volumeId('unused') });
      await detach(driver, use);

      await writeFile(join(disk, 'foreign'), '');
      // The next sweep sees it.
      while (Number((await driver.controller.getCapacity({})).availableCapacity) < 256 * MiB) continue;
      expect(await driver.identity.probe({})).to.deep.equal({ ready: { value: true } });
      await driver.controller.createVolume(volumeRequest('more', sized(32 * MiB)));
      await driver.controller.createSnapshot({ name: 'more', sourceVolumeId: use.volumeId });
      await driver.controller.controllerExpandVolume({ volumeId: use.volumeId, ...sized(64 * MiB) });
      await attach(driver, use);
      expect((await readFile(join(use.targetPath, 'data'))).subarray(0, 8).toString()).to.equal('precious');
      await detach(driver, use);
    });

    async function expectFull(records: object): Promise<void> {
      const { controller, identity, node } = driver;
      const sourceVolumeId = volumeId('v');
      for (const call of [
        () => controller.createVolume(volumeRequest('more', sized(32 * MiB))),
        () => controller.createSnapshot({ name: 'more', sourceVolumeId }),
        () => controller.controllerExpandVolume({ volumeId: sourceVolumeId, ...sized(64 * MiB) }),
      ]) {
        expect(await refusalOf(call())).to.include({ code: 'RESOURCE_EXHAUSTED' });
      }
      expect(await recordsOf(driver)).to.deep.equal(records);
      const { backendHealth } = await node.nodeGetStorageHealth({});
      expect(backendHealth.map(({ reason }) => reason)).to.include('PoolFull');
      expect(await identity.probe({})).to.deep.equal({ ready: { value: true } });
    }
  });
}

/** Bytes that a new volume can have, whole blocks. */
async function available({ admin }: TestDriver): Promise<number> {
  const { pools } = await admin.listPools({});
  return Math.floor(Number(pools[0]?.availableBytes) / BLOCK) * BLOCK;
}

/** What the driver says there is, and every record in the pool. */
async function recordsOf({ controller, admin }: TestDriver): Promise<object> {
  const { pools } = await admin.listPools({});
  const path = pools[0]?.path ?? '';
  const records: Record<string, string> = {};
  for (const folder of ['volumes', 'snapshots']) {
    for (const id of await readdir(join(path, folder))) {
      records[id] = await readFile(join(path, folder, id, 'record.json'), 'utf8');
    }
  }
  const { entries: volumes } = await controller.listVolumes({});
  const { entries: snapshots } = await controller.listSnapshots({});
  return { records, volumes, snapshots, staging: await readdir(join(path, 'staging')) };
}
