import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { volumeId } from '../../src/domain/ids.ts';
import { MiB } from '../../src/domain/sizes.ts';
import { volumeRequest } from '../support/controller.ts';
import { startDriver, type TestDriver } from '../support/driver.ts';
import { refusalOf } from '../support/refusal.ts';
import { startProcess } from '../support/standalone-process.ts';
import type { TemporaryDirectory } from '../support/temporary.ts';
import {
  allArguments,
  endWorld,
  grep,
  healthOf,
  host,
  OPTIONS,
  PLAIN,
  publish,
  SECRETS,
  serversOf,
  stage,
  startVault,
  unpublish,
  unstage,
  type Use,
} from './directory-filesystem-world.ts';
import { startPod } from './pod.ts';

describe('an encrypted directory filesystem (gocryptfs)', function () {
  this.timeout(60_000);
  let directory: TemporaryDirectory;
  let driver: TestDriver;
  let use: Use;

  beforeEach(async () => {
    ({ directory, driver, use } = await startVault());
  });

  afterEach(() => endWorld({ directory, driver, use }));

  const data = () => join(driver.poolPath, 'volumes', volumeId('vault'), 'data');

  async function takeDown(): Promise<void> {
    await unpublish(driver, use);
    await unstage(driver, use);
    await driver.controller.deleteVolume({ volumeId: volumeId('vault') });
  }

  it('shows pods what they have written, and the pool ciphertext alone', async () => {
    await stage(driver, use);
    const target = await publish(driver, use);
    await writeFile(join(target, 'file'), PLAIN);
    const { usage } = await driver.node.nodeGetVolumeStats({ volumeId: volumeId('vault'), volumePath: target });
    expect(Number(usage[0]?.total)).to.be.above(0);
    expect(await healthOf(driver, use)).to.deep.equal([]);
    await unpublish(driver, use);
    await unstage(driver, use);
    expect(serversOf(use)).to.deep.equal([]);
    expect((await readdir(data())).length).to.equal(3);
    expect(grep(PLAIN, driver.poolPath)).to.equal('');
    expect(grep('gocryptfs.conf', driver.poolPath)).to.equal('');
    expect(grep('gocryptfs', driver.poolPath)).to.contain('record.json');

    await stage(driver, use);
    expect(await readFile(join(await publish(driver, use), 'file'), 'utf8')).to.equal(PLAIN);
    await takeDown();
    expect(await readdir(join(driver.poolPath, 'volumes'))).to.deep.equal([]);
    expect(await readdir(join(driver.stateDir, 'mounts'))).to.deep.equal([]);
  });

  it('refuses a wrong key with what gocryptfs says, and takes the right one', async () => {
    await stage(driver, use);
    await unstage(driver, use);
    const refusal = await refusalOf(stage(driver, use, { key: 'another key' }));
    expect(refusal.code).to.equal('FAILED_PRECONDITION');
    expect(refusal.message).to.contain('hook mount of filesystem gocryptfs').and.to.contain('Password incorrect');
    expect(refusal.message).not.to.contain('another key');
    const none = await refusalOf(stage(driver, use, {}));
    expect(none.message).to.contain('needs the key key in the secret');
    expect(serversOf(use)).to.deep.equal([]);
    await stage(driver, use);
    await unstage(driver, use);
  });

  it('puts the key nowhere where others can read it', async () => {
    await driver.close();
    const log = join(directory.path, 'log');
    driver = await startDriver(directory.path, { ...OPTIONS, logLevel: 'trace' }, host, log);
    await stage(driver, use);
    await publish(driver, use);
    expect(await allArguments())
      .to.contain('GOCRYPTFS_KEY')
      .and.not.to.contain(SECRETS.key);
    expect(grep(SECRETS.key, directory.path)).to.equal('');
    await unpublish(driver, use);
    await unstage(driver, use);
    await refusalOf(stage(driver, use, { key: 'a wrong key that is seen nowhere' }));
    await driver.close();
    expect(await readFile(log, 'utf8')).to.contain('Password incorrect');
    expect(grep('a wrong key that is seen nowhere', directory.path)).to.equal('');
    driver = await startDriver(directory.path, OPTIONS);
  });

  it('goes on for a writer while the driver is killed and started again', async () => {
    await driver.close();
    const first = await startProcess(directory.path, OPTIONS);
    driver = first;
    await stage(driver, use);
    const target = await publish(driver, use);
    const servers = serversOf(use);
    const pod = await startPod(join(target, 'log'));
    await first.kill();
    driver = await startProcess(directory.path, OPTIONS);
    await stage(driver, use);
    await publish(driver, use);
    expect(serversOf(use)).to.deep.equal(servers);
    expect(await healthOf(driver, use)).to.deep.equal([]);
    const lines = await pod.stop();
    expect((await readFile(join(target, 'log'), 'utf8')).split('\n').length - 1).to.be.at.least(lines);
    await takeDown();
  });

  it('grows by its promise', async () => {
    await stage(driver, use);
    const target = await publish(driver, use);
    const capacityRange = { requiredBytes: 128 * MiB };
    await driver.controller.controllerExpandVolume({ volumeId: volumeId('vault'), capacityRange });
    const request = { volumeId: volumeId('vault'), volumePath: target, capacityRange };
    expect(Number((await driver.node.nodeExpandVolume(request)).capacityBytes)).to.equal(128 * MiB);
    await takeDown();
  });

  it('has neither snapshots nor clones, and says what to use', async () => {
    const sourceVolumeId = volumeId('vault');
    const snapshot = await refusalOf(driver.controller.createSnapshot({ name: 's', sourceVolumeId }));
    expect(snapshot).to.include({ code: 'FAILED_PRECONDITION' });
    expect(snapshot.message).to.contain('copy its files');
    const volumeContentSource = { volume: { volumeId: sourceVolumeId } };
    const parameters = { filesystem: 'gocryptfs' };
    const clone = volumeRequest('clone', {
      parameters,
      volumeContentSource,
      capacityRange: { requiredBytes: 64 * MiB },
    });
    expect(await refusalOf(driver.controller.createVolume(clone))).to.include({ code: 'FAILED_PRECONDITION' });
    const group = { name: 'g', sourceVolumeIds: [sourceVolumeId] };
    expect(await refusalOf(driver.group.createVolumeGroupSnapshot(group))).to.include({ code: 'FAILED_PRECONDITION' });
    await driver.controller.deleteVolume({ volumeId: sourceVolumeId });
  });

  it('is known again when the catalog is lost', async () => {
    await stage(driver, use);
    const target = await publish(driver, use);
    await driver.close();
    for (const suffix of ['', '-wal', '-shm']) await host.files.remove(join(driver.stateDir, `catalog.db${suffix}`));
    driver = await startDriver(directory.path, OPTIONS);
    const { entries } = await driver.controller.listVolumes({});
    expect(entries.map(({ volume }) => volume?.volumeId)).to.deep.equal([volumeId('vault')]);
    await writeFile(join(target, 'file'), PLAIN);
    await takeDown();
  });
});
