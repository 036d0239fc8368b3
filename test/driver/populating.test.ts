import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { volumeId } from '../../src/domain/ids.ts';
import { FILLING_CONTEXT } from '../../src/domain/populating.ts';
import { MiB } from '../../src/domain/sizes.ts';
import { block, volumeRequest } from '../support/controller.ts';
import { refusalOf } from '../support/refusal.ts';
import { startProcess, type StandaloneProcess } from '../support/standalone-process.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';
import { attach, detach, useOf } from './volume-use.ts';

const capacityRange = { requiredBytes: 16 * MiB };
const parameters = { populatedFrom: '/srv/data' };

describe('a volume that is being filled', function () {
  this.timeout(60_000);
  let directory: TemporaryDirectory;
  let driver: StandaloneProcess;

  beforeEach(async () => {
    directory = temporaryDirectory();
    driver = await startProcess(directory.path, { logLevel: 'silent' });
    await driver.controller.createVolume(volumeRequest('data', { capacityRange, parameters }));
  });

  afterEach(async () => {
    await driver.close();
    await directory.cleanUpUnused();
  });

  const id = volumeId('data');
  const done = { volumeId: id, mutableParameters: { populating: 'false' } };
  const volumeContext = { [FILLING_CONTEXT]: 'true' };

  async function stateOf(): Promise<string | undefined> {
    return (await driver.admin.listVolumes({ volumeId: id })).volumes[0]?.state;
  }

  it('is refused to everybody but who fills it, also by a driver that was killed and started again', async () => {
    for (const restart of [false, true]) {
      if (restart) {
        await driver.kill();
        driver = await startProcess(directory.path, { logLevel: 'silent' });
      }
      expect(await stateOf()).to.equal('Populating');
      const use = useOf(directory.path, 'data');
      await mkdir(use.stagingTargetPath, { recursive: true });
      const copy = volumeRequest('copy', { volumeContentSource: { volume: { volumeId: id } } });
      const refused = [
        driver.node.nodeStageVolume(use),
        driver.controller.controllerPublishVolume({ ...use, nodeId: 'node-1' }),
        driver.controller.createSnapshot({ name: 'early', sourceVolumeId: id }),
        driver.group.createVolumeGroupSnapshot({ name: 'early', sourceVolumeIds: [id] }),
        driver.controller.createVolume(copy),
      ];
      for (const call of refused) {
        const { code, message } = await refusalOf(call);
        expect(code, message).to.equal('FAILED_PRECONDITION');
        expect(message).to.contain('not filled yet');
      }
      await driver.node.nodeStageVolume({ ...use, volumeContext });
      const published = await refusalOf(driver.node.nodePublishVolume({ ...use, volumeContext }));
      expect(published).to.include({ code: 'FAILED_PRECONDITION' });
      await driver.node.nodeUnstageVolume(use);
    }
  });

  it('is a volume as any other once it is filled, and not before it is unmounted', async () => {
    const use = useOf(directory.path, 'data');
    await mkdir(use.stagingTargetPath, { recursive: true });
    await driver.node.nodeStageVolume({ ...use, volumeContext });
    await writeFile(join(use.stagingTargetPath, 'greeting'), 'hello');
    expect(await refusalOf(driver.controller.controllerModifyVolume(done))).to.include({
      code: 'FAILED_PRECONDITION',
      message: `${id} is in use, unstage it first: ${await holders()}`,
    });
    expect(await stateOf()).to.equal('Populating');
    await driver.node.nodeUnstageVolume(use);
    for (let repeated = 0; repeated < 2; repeated += 1) await driver.controller.controllerModifyVolume(done);
    expect(await stateOf()).to.equal('Ready');
    await attach(driver, use);
    expect(await readFile(join(use.targetPath, 'greeting'), 'utf8')).to.equal('hello');
    await detach(driver, use);
    // The same request finds it, and does not have it filled again.
    await driver.controller.createVolume(volumeRequest('data', { capacityRange, parameters }));
    expect(await stateOf()).to.equal('Ready');
  });

  async function holders(): Promise<string> {
    const { mounts } = await directory.leftovers();
    const staged = mounts.filter((target) => target.endsWith('data-staging'));
    const { message } = await refusalOf(driver.controller.deleteVolume({ volumeId: id }));
    const [device = ''] = /\/dev\/loop\d+/.exec(message) ?? [];
    return [device, ...staged].join(', ');
  }

  it('has an image with a filesystem, and is made by no class of claims', async () => {
    const claim = { 'csi.storage.k8s.io/pvc/name': 'a', 'csi.storage.k8s.io/pvc/namespace': 'b' };
    const wrong = [
      volumeRequest('disk', { parameters, volumeCapabilities: [block()] }),
      volumeRequest('copy', { parameters, volumeContentSource: { volume: { volumeId: id } } }),
      volumeRequest('claimed', { parameters: { ...parameters, ...claim } }),
      volumeRequest('listed', { parameters, mutableParameters: { populating: 'true' } }),
    ];
    for (const request of wrong) {
      expect(await refusalOf(driver.controller.createVolume(request))).to.include({ code: 'INVALID_ARGUMENT' });
    }
    const other = volumeRequest('data', { capacityRange, parameters: { populatedFrom: '/srv/other' } });
    expect(await refusalOf(driver.controller.createVolume(other))).to.include({ code: 'ALREADY_EXISTS' });
  });
});
