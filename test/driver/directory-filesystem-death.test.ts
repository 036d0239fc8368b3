import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { volumeId } from '../../src/domain/ids.ts';
import { startDriver, type TestDriver } from '../support/driver.ts';
import type { TemporaryDirectory } from '../support/temporary.ts';
import { until } from '../support/until.ts';
import {
  endWorld,
  healthOf,
  host,
  killServers,
  mountOf,
  OPTIONS,
  PLAIN,
  publish,
  serversOf,
  stage,
  stagingOf,
  startVault,
  targetOf,
  unpublish,
  unstage,
  type Use,
} from './directory-filesystem-world.ts';

describe('the daemon of a directory filesystem (gocryptfs)', function () {
  this.timeout(60_000);
  let directory: TemporaryDirectory;
  let driver: TestDriver;
  let use: Use;

  beforeEach(async () => {
    ({ directory, driver, use } = await startVault());
  });

  afterEach(() => endWorld({ directory, driver, use }));

  async function takeDown(): Promise<void> {
    await unpublish(driver, use);
    await unstage(driver, use);
    await driver.controller.deleteVolume({ volumeId: volumeId('vault') });
  }

  it('is mounted again by itself when its daemon is killed, where and as it was shown', async () => {
    const mountFlags = ['noexec', 'nosuid'];
    use = { ...use, capability: { mount: { mountFlags }, accessMode: { mode: 'SINGLE_NODE_MULTI_WRITER' } } };
    await stage(driver, use);
    const target = await publish(driver, use);
    await publish(driver, use, 'second');
    await writeFile(join(target, 'file'), PLAIN);
    await killServers(use);
    expect(await healthOf(driver, use)).to.deep.equal(['INACCESSIBLE MountDead']);
    await until(async () => (await healthOf(driver, use)).length === 0);
    for (const path of [mountOf(use), stagingOf(use), target, targetOf(use, 'second')]) {
      await until(() =>
        readFile(join(path, 'file'), 'utf8').then(
          (text) => text === PLAIN,
          () => false,
        ),
      );
    }
    for (const path of [stagingOf(use), target]) {
      expect((await host.mounts.find(path))?.options).to.include.members(mountFlags);
    }
    await publish(driver, use);
    await unpublish(driver, use, 'second');
    await takeDown();
  });

  it('is mounted again by the next NodeStageVolume when the driver was started anew meanwhile', async () => {
    await stage(driver, use);
    const target = await publish(driver, use);
    await writeFile(join(target, 'file'), PLAIN);
    await driver.close();
    await killServers(use);
    driver = await startDriver(directory.path, OPTIONS);
    expect(await healthOf(driver, use)).to.deep.equal(['INACCESSIBLE MountDead']);
    await stage(driver, use);
    expect(await readFile(join(target, 'file'), 'utf8')).to.equal(PLAIN);
    expect(await healthOf(driver, use)).to.deep.equal([]);
    await takeDown();
  });

  it('is mounted again when its daemon has ended in order, and has taken its mount along', async () => {
    await stage(driver, use);
    const target = await publish(driver, use);
    await writeFile(join(target, 'file'), PLAIN);
    for (const { pid, command } of serversOf(use)) if (command.includes('gocryptfs -fg')) process.kill(pid, 'SIGTERM');
    await until(async () => (await host.mounts.find(mountOf(use))) === undefined);
    expect(await healthOf(driver, use)).to.deep.equal(['INACCESSIBLE MountGone']);
    await until(async () => (await healthOf(driver, use)).length === 0);
    await until(() =>
      readFile(join(target, 'file'), 'utf8').then(
        (text) => text === PLAIN,
        () => false,
      ),
    );
    await takeDown();
  });

  it('is well after the machine was restarted, and staged as if for the first time', async () => {
    await stage(driver, use);
    await writeFile(join(await publish(driver, use), 'file'), PLAIN);
    await driver.close();
    for (const path of [targetOf(use), stagingOf(use), mountOf(use)]) await host.mounts.unmount(path);
    await until(() => Promise.resolve(serversOf(use).length === 0));
    driver = await startDriver(directory.path, OPTIONS);
    await until(async () => (await healthOf(driver, use)).length === 0);
    expect(await readdir(join(driver.stateDir, 'mounts'))).to.deep.equal([]);
    await stage(driver, use);
    expect(await readFile(join(await publish(driver, use), 'file'), 'utf8')).to.equal(PLAIN);
    await takeDown();
  });

  it('that is dead is taken down all the same', async () => {
    await stage(driver, use);
    await publish(driver, use);
    await driver.close();
    await killServers(use);
    driver = await startDriver(directory.path, OPTIONS);
    await takeDown();
  });
});
