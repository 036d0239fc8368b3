import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { volumeId } from '../../src/domain/ids.ts';
import { mount, volumeRequest } from '../support/controller.ts';
import { startDriver, type TestDriver } from '../support/driver.ts';
import { refusalOf } from '../support/refusal.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';
import { attach, detach, useOf, type Use } from './volume-use.ts';

describe('managed volumes, from CreateVolume to DeleteVolume', function () {
  this.timeout(60_000);
  let directory: TemporaryDirectory;
  let driver: TestDriver;
  let root: string;
  const id = volumeId('v');

  const start = async (): Promise<void> => {
    driver = await startDriver(directory.path, { managedRoots: [{ path: root }], pools: [], logLevel: 'silent' });
  };
  beforeEach(async () => {
    directory = temporaryDirectory();
    root = join(directory.path, 'root');
    mkdirSync(join(root, 'data'), { recursive: true });
    writeFileSync(join(root, 'data', 'before'), 'kept');
    await start();
  });
  afterEach(async () => {
    await driver.close();
    await directory.cleanUpUnused();
  });

  function request(name: string, hostPath: string, more: Record<string, string> = {}) {
    const capabilities = { volumeCapabilities: [mount('SINGLE_NODE_MULTI_WRITER')] };
    return volumeRequest(name, { ...capabilities, parameters: { type: 'managed', hostPath, ...more } });
  }
  function use(readOnly = false): Use {
    return useOf(
      directory.path,
      'v',
      mount(readOnly ? 'MULTI_NODE_READER_ONLY' : 'SINGLE_NODE_MULTI_WRITER'),
      readOnly,
    );
  }

  it('show their directory both ways at once, and leave every byte when they are deleted', async () => {
    const { volume } = await driver.controller.createVolume(request('v', join(root, 'data')));
    expect(volume).to.include({ volumeId: id, capacityBytes: '0' });
    const shown = use();
    await attach(driver, shown);
    const target = shown.targetPath;
    expect(readFileSync(join(target, 'before'), 'utf8')).to.equal('kept');
    writeFileSync(join(target, 'inside'), 'from the pod');
    writeFileSync(join(root, 'data', 'outside'), 'from the host');
    expect(readFileSync(join(root, 'data', 'inside'), 'utf8')).to.equal('from the pod');
    expect(readFileSync(join(target, 'outside'), 'utf8')).to.equal('from the host');
    const refusal = await refusalOf(driver.controller.deleteVolume({ volumeId: id }));
    expect(refusal).to.include({ code: 'FAILED_PRECONDITION' });
    expect(refusal.message).to.contain('is in use at');
    await detach(driver, shown);
    await driver.controller.deleteVolume({ volumeId: id });
    expect(readdirSync(join(root, 'data'))).to.have.members(['before', 'inside', 'outside']);
    expect(await refusalOf(driver.controller.controllerGetVolume({ volumeId: id }))).to.include({ code: 'NOT_FOUND' });
  });

  it('are found as they are by a driver that starts again, also while they are in use', async () => {
    const wanted = request('v', join(root, 'data'), { 'tag.team': 'blue' });
    const made = await driver.controller.createVolume(wanted);
    const shown = use();
    await attach(driver, shown);
    await driver.close();
    writeFileSync(join(shown.targetPath, 'meanwhile'), 'x');
    await start();
    await attach(driver, shown);
    expect(await driver.controller.createVolume(wanted)).to.deep.equal(made);
    expect(await refusalOf(driver.controller.deleteVolume({ volumeId: id }))).to.include({
      code: 'FAILED_PRECONDITION',
    });
    expect(readFileSync(join(root, 'data', 'meanwhile'), 'utf8')).to.equal('x');
    await detach(driver, shown);
  });

  it('are in the catalog again when that is lost, with all that was asked for', async () => {
    const wanted = request('v', join(root, 'data'), { 'tag.team': 'blue', uid: '1000', exclusive: 'true' });
    const made = await driver.controller.createVolume(wanted);
    await driver.close();
    for (const name of readdirSync(driver.stateDir)) {
      if (name.startsWith('catalog.db')) await rm(join(driver.stateDir, name));
    }
    await start();
    expect(await driver.controller.createVolume(wanted)).to.deep.equal(made);
    const refusal = await refusalOf(driver.controller.createVolume(request('w', join(root, 'data'))));
    expect(refusal).to.include({ code: 'FAILED_PRECONDITION' });
    expect(refusal.message).to.contain('is volume "v" (vol-');
    const { volumes } = await driver.admin.listVolumes({});
    expect(volumes).to.have.length(1);
    expect(volumes[0]).to.deep.include({ name: 'v', state: 'Ready', tags: { team: 'blue' }, mode: 'directory' });
  });

  it('follow the node when it is given another name', async () => {
    await driver.controller.createVolume(request('v', join(root, 'data')));
    await driver.close();
    driver = await startDriver(directory.path, {
      nodeName: 'renamed',
      managedRoots: [{ path: root }],
      pools: [],
      logLevel: 'silent',
    });
    const { volume } = await driver.controller.controllerGetVolume({ volumeId: id });
    expect(volume?.accessibleTopology).to.deep.equal([{ segments: { 'topology.tome.storage/node': 'renamed' } }]);
    expect((await driver.admin.listPools({})).pools.map(({ id: pool }) => pool)).to.deep.equal(['renamed.managed']);
    await driver.controller.deleteVolume({ volumeId: id });
  });

  it('are unwell while their directory is away, and well when it is back', async () => {
    await driver.controller.createVolume(request('v', join(root, 'data')));
    const health = async () => (await driver.controller.controllerGetVolumeHealth({ volumeId: id })).volumeHealth;
    expect((await health())?.healthStatuses).to.deep.equal([]);
    renameSync(join(root, 'data'), join(root, 'away'));
    expect((await health())?.healthStatuses[0]).to.include({ status: 'INACCESSIBLE', reason: 'DirectoryMissing' });
    renameSync(join(root, 'away'), join(root, 'data'));
    expect((await health())?.healthStatuses).to.deep.equal([]);
  });

  it('are off without roots, and those made before can still be deleted', async () => {
    await driver.controller.createVolume(request('v', join(root, 'data')));
    await driver.close();
    driver = await startDriver(directory.path, { pools: [], logLevel: 'silent' });
    const refusal = await refusalOf(driver.controller.createVolume(request('w', join(root, 'data'))));
    expect(refusal.code).to.be.oneOf(['FAILED_PRECONDITION', 'INVALID_ARGUMENT']);
    await driver.controller.deleteVolume({ volumeId: id });
    expect(readdirSync(join(root, 'data'))).to.deep.equal(['before']);
  });

  it('are used by one writer or many readers', async () => {
    await driver.controller.createVolume(request('v', join(root, 'data')));
    const reader = use(true);
    await attach(driver, reader);
    expect(() => {
      writeFileSync(join(reader.targetPath, 'x'), '');
    }).to.throw('EROFS');
    const second = { ...use(), stagingTargetPath: `${use().stagingTargetPath}-2` };
    expect(await refusalOf(driver.node.nodeStageVolume(second))).to.have.property('code');
    await detach(driver, reader);
  });
});
