import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { StandaloneOptions } from '../../src/app/config.ts';
import { linuxHost } from '../../src/host/linux-host.ts';
import { volumeId } from '../../src/domain/ids.ts';
import { MiB } from '../../src/domain/sizes.ts';
import { block, mount, volumeRequest } from '../support/controller.ts';
import { startDriver, type TestDriver } from '../support/driver.ts';
import { refusalOf } from '../support/refusal.ts';
import { startProcess } from '../support/standalone-process.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';
import { startPod } from './pod.ts';
import { attach, detach, useOf, type Use } from './volume-use.ts';

const host = linuxHost();
const small = { capacityRange: { requiredBytes: 16 * MiB } };

describe('a driver that ends while pods write', function () {
  this.timeout(60_000);
  let directory: TemporaryDirectory;

  beforeEach(() => {
    directory = temporaryDirectory();
  });

  afterEach(async () => {
    await directory.cleanUpUnused();
  });

  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    it(`is not noticed by them, and changes nothing in the kernel (${signal})`, async () => {
      const first = await startProcess(directory.path, { logLevel: 'silent' });
      const uses = [
        useOf(directory.path, 'files'),
        useOf(directory.path, 'device', block()),
        useOf(directory.path, 'read', mount('MULTI_NODE_READER_ONLY'), true),
      ];
      for (const name of ['files', 'read']) await first.controller.createVolume(volumeRequest(name, small));
      await first.controller.createVolume(volumeRequest('device', { ...small, volumeCapabilities: [block()] }));
      const granted = { volumeId: volumeId('files'), nodeId: 'node-1', volumeCapability: mount() };
      await first.controller.controllerPublishVolume(granted);
      for (const use of uses) await attach(first, use);
      const answers = await everyAnswer(first, uses);
      const before = await kernelState(directory.path);
      expect(before.mounts).to.have.length(7);

      const file = join(directory.path, 'use/files-target/log');
      const pod = await startPod(file);
      if (signal === 'SIGKILL') await first.kill();
      else await first.close();
      expect(await kernelState(directory.path)).to.deep.equal(before);
      const second = await startProcess(directory.path, { logLevel: 'silent' });
      expect(await kernelState(directory.path)).to.deep.equal(before);
      await second.controller.controllerPublishVolume(granted);
      for (const use of uses) await attach(second, use);
      expect(await everyAnswer(second, uses)).to.deep.equal(answers);
      const lines = await pod.stop();
      expect(await kernelState(directory.path)).to.deep.equal(before);
      expect((await readFile(file, 'utf8')).split('\n').slice(0, -1)).to.have.length(lines);

      const other = await refusalOf(
        second.node.nodeStageVolume({ ...uses[0], volumeCapability: mount('MULTI_NODE_READER_ONLY') }),
      );
      expect(other).to.include({ code: 'ALREADY_EXISTS' });
      for (const use of uses) await detach(second, use);
      await second.close();
    });
  }
});

describe('a pool that is not there when the driver starts', function () {
  this.timeout(60_000);
  let directory: TemporaryDirectory;
  let driver: TestDriver;
  let options: StandaloneOptions;
  const at = (name: string) => join(directory.path, name);

  beforeEach(async () => {
    directory = temporaryDirectory();
    const backing = (name: string) => ({ file: at(`${name}.img`), size: '400Mi', thin: true });
    const pools = ['stays', 'goes'].map((name) => ({ name, path: at(name), backing: backing(name) }));
    options = { pools, poolLockWaitSeconds: 0 };
    driver = await startDriver(directory.path, options);
    for (const name of ['stays', 'goes']) {
      await driver.controller.createVolume(volumeRequest(`on-${name}`, { ...small, parameters: { pool: name } }));
    }
    await driver.close();
  });

  afterEach(async () => {
    await driver.close();
    await directory.cleanUpUnused();
  });

  it('is said to be missing, leaves the others at work, and comes back by itself', async () => {
    await rename(at('goes.img'), at('elsewhere.img'));
    driver = await startDriver(directory.path, { ...options, logLevel: 'silent' });
    const probe = await refusalOf(driver.identity.probe({}));
    expect(probe).to.include({ code: 'FAILED_PRECONDITION' });
    expect(probe.message).to.contain('pool goes is not open').and.to.contain('goes.img');
    const { backendHealth } = await driver.node.nodeGetStorageHealth({});
    expect(backendHealth.map(({ status, reason }) => ({ status, reason }))).to.deep.equal([
      { status: 'STORAGE_UNREACHABLE', reason: 'PoolNotOpen' },
    ]);
    expect((await driver.controller.listVolumes({})).entries).to.have.length(2);

    const [here, gone] = [useOf(directory.path, 'on-stays'), useOf(directory.path, 'on-goes')];
    await attach(driver, here);
    await driver.controller.createVolume(volumeRequest('new', small));
    expect(await refusalOf(attach(driver, gone))).to.include({ code: 'UNAVAILABLE' });
    const onGone = volumeRequest('more', { ...small, parameters: { pool: 'goes' } });
    expect(await refusalOf(driver.controller.createVolume(onGone))).to.include({ code: 'UNAVAILABLE' });
    // What is asked of it waits until it is back.
    const deletion = driver.controller.deleteVolume({ volumeId: gone.volumeId });

    await rename(at('elsewhere.img'), at('goes.img'));
    await deletion;
    expect(await driver.identity.probe({})).to.deep.equal({ ready: { value: true } });
    await driver.controller.createVolume(onGone);
    await detach(driver, here);
  });

  it('is never made anew on the disk below its mount', async () => {
    await rename(at('goes.img'), at('elsewhere.img'));
    await mkdir(at('goes'), { recursive: true });
    const [stays] = options.pools ?? [];
    const pools = [...(stays === undefined ? [] : [stays]), { name: 'goes', path: at('goes') }];
    driver = await startDriver(directory.path, { ...options, pools, logLevel: 'silent' });
    const probe = await refusalOf(driver.identity.probe({}));
    expect(probe.message)
      .to.contain('pool goes is not open')
      .and.to.contain('which this node has had before: mount its disk there');
    expect(await host.files.list(at('goes'))).to.deep.equal([]);
  });
});

describe('two drivers for one pool', function () {
  this.timeout(60_000);
  let directory: TemporaryDirectory;
  const at = (name: string) => join(directory.path, name);

  beforeEach(() => {
    directory = temporaryDirectory();
  });
  afterEach(() => directory.cleanUp());

  const options = (name: string, poolLockWaitSeconds: number): StandaloneOptions => ({
    stateDir: at(name),
    pools: [{ name: 'default', path: at('pool') }],
    poolLockWaitSeconds,
    logLevel: 'silent',
  });

  it('are one too many: the second says who has it, and takes over when the first has gone', async () => {
    const first = await startDriver(directory.path, options('first', 0));
    await first.controller.createVolume(volumeRequest('v', small));
    const second = await startDriver(directory.path, options('second', 0));
    const probe = await refusalOf(second.identity.probe({}));
    expect(probe).to.include({ code: 'FAILED_PRECONDITION' });
    expect(probe.message)
      .to.contain('pool default is not open')
      .and.to.match(/another|in use|lock/);
    expect(await refusalOf(second.controller.createVolume(volumeRequest('w', small)))).to.include({
      code: 'UNAVAILABLE',
    });
    expect(await first.identity.probe({})).to.deep.equal({ ready: { value: true } });
    await first.close();
    while ((await second.identity.probe({}).catch(() => undefined)) === undefined) continue;
    expect((await second.controller.listVolumes({})).entries.map(({ volume }) => volume?.volumeId)).to.deep.equal([
      volumeId('v'),
    ]);
    await second.close();
  });

  it('may overlap during an upgrade: the second waits', async () => {
    const first = await startDriver(directory.path, options('first', 0));
    const starting = startDriver(directory.path, options('second', 30));
    const state = { isStarted: false };
    void starting.then(() => {
      state.isStarted = true;
    });
    await writeFile(at('pool/proof'), '');
    await first.controller.createVolume(volumeRequest('v', small));
    expect(state.isStarted).to.equal(false);
    await first.close();
    const second = await starting;
    expect(await second.identity.probe({})).to.deep.equal({ ready: { value: true } });
    await second.close();
  });
});

/** What mounts and loop devices there are below the directory: their ids, sources and targets. */
async function kernelState(directory: string): Promise<{ mounts: object[]; loops: object[] }> {
  const all = await host.mounts.list();
  const mounts = all.filter(({ target }) => target.startsWith(`${directory}/`));
  const sources = new Set(mounts.map(({ source }) => source.replace('/./', '/')));
  const loops = (await host.loops.list()).filter(({ path }) => sources.has(path));
  return { mounts, loops };
}

/** What the driver answers to questions about the volumes in use. */
async function everyAnswer({ controller, node, group }: TestDriver, uses: readonly Use[]): Promise<object> {
  const stats = await Promise.all(
    uses.map(({ volumeId: id, targetPath }) => node.nodeGetVolumeStats({ volumeId: id, volumePath: targetPath })),
  );
  return {
    totals: stats.map(({ usage }) => usage.map(({ total, unit }) => ({ total, unit }))),
    volumes: await controller.listVolumes({}),
    health: await controller.controllerListVolumeHealth({}),
    info: await node.nodeGetInfo({}),
    capabilities: await group.groupControllerGetCapabilities({}),
  };
}
