import { expect } from 'chai';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { StandaloneOptions } from '../../src/app/config.ts';
import { volumeId } from '../../src/domain/ids.ts';
import { MiB } from '../../src/domain/sizes.ts';
import { startDriver, type TestDriver } from '../support/driver.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';

const volumeCapability = { mount: {}, accessMode: { mode: 'SINGLE_NODE_WRITER' as const } };

describe('adoptRecords', () => {
  let directory: TemporaryDirectory;
  let driver: TestDriver;
  beforeEach(() => {
    directory = temporaryDirectory();
  });
  afterEach(async () => {
    await driver.close();
    await directory.cleanUp();
  });

  const start = async (options: StandaloneOptions = {}) => {
    driver = await startDriver(directory.path, options);
    return driver;
  };
  const create = (name: string) =>
    driver.controller.createVolume({
      name,
      capacityRange: { requiredBytes: 16 * MiB },
      volumeCapabilities: [volumeCapability],
    });
  const dir = (name: string) => ({ name, path: join(directory.path, name) });

  it('takes the volumes along when the node has another name', async () => {
    await start();
    const { volume } = await create('data');
    await driver.close();
    await start({ nodeName: 'node-2' });
    const { volume: found } = await create('data');
    expect(found?.volumeContext).to.deep.equal(volume?.volumeContext);
    expect(found?.accessibleTopology[0]?.segments).to.deep.equal({ 'topology.tome.storage/node': 'node-2' });
    // Not placed in the pool under its former name, where nobody would make it.
    await create('another');
    await driver.controller.deleteVolume({ volumeId: volumeId('data') });
  });

  it('has all of a volume again when the catalog is lost, its parameters and tags too', async () => {
    await start();
    const asked = {
      name: 'data',
      capacityRange: { requiredBytes: 16 * MiB },
      volumeCapabilities: [volumeCapability],
      parameters: { provisioning: 'thick', 'tag.team': 'a' },
    };
    const { volume } = await driver.controller.createVolume(asked);
    await driver.controller.controllerModifyVolume({
      volumeId: volumeId('data'),
      mutableParameters: { 'tag.team': 'b', exclusive: 'true' },
    });
    const before = await driver.admin.listVolumes({});
    await driver.close();
    await rm(join(directory.path, 'state', 'catalog.db'));
    await start();
    expect(await driver.controller.createVolume(asked)).to.deep.include({ volume });
    expect(before.volumes[0]?.tags).to.deep.equal({ team: 'b' });
    const after = await driver.admin.listVolumes({});
    expect({ ...after.volumes[0], usedBytes: '' }).to.deep.equal({ ...before.volumes[0], usedBytes: '' });
  });

  it('starts with a record in each of two pools', async () => {
    const pools = [dir('a'), dir('b')];
    await start({ pools: pools.slice(0, 1) });
    await create('data');
    await driver.close();
    await rm(join(directory.path, 'state', 'catalog.db'));
    await start({ pools: pools.slice(1) });
    const { volume } = await create('data');
    await driver.close();
    await start({ pools });
    expect((await create('data')).volume?.volumeContext).to.deep.equal(volume?.volumeContext);
  });
});
