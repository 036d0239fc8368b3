import { expect } from 'chai';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { withoutSymlinks } from '../../src/app/without-symlinks.ts';
import { driverOptions, startDriver } from '../support/driver.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';

describe('withoutSymlinks', () => {
  let directory: TemporaryDirectory;
  beforeEach(async () => {
    directory = temporaryDirectory();
    await mkdir(join(directory.path, 'real'));
    await symlink('real', join(directory.path, 'link'));
  });
  afterEach(() => directory.cleanUp());

  it('resolves what is there, and what is not there yet', async () => {
    const at = (name: string) => join(directory.path, name);
    await symlink(at('link/later'), at('dangling'));
    await symlink('loop', at('loop'));
    for (const [given, expected] of [
      ['real', 'real'],
      ['link', 'real'],
      ['link/new/newer', 'real/new/newer'],
      ['dangling', 'real/later'],
      ['dangling/below', 'real/later/below'],
      ['loop', 'loop'],
      ['loop/below', 'loop/below'],
    ] as const) {
      expect(withoutSymlinks(at(given)), given).to.equal(at(expected));
    }
    expect(withoutSymlinks('/')).to.equal('/');
  });

  it('lets a driver start again over a pool that is still mounted, below a link', async () => {
    const place = join(directory.path, 'link');
    const first = await startDriver(place);
    const { volume } = await first.controller.createVolume({
      name: 'data',
      capacityRange: { requiredBytes: 16 * 1024 ** 2 },
      volumeCapabilities: [{ mount: {}, accessMode: { mode: 'SINGLE_NODE_WRITER' } }],
    });
    const volumeId = volume?.volumeId ?? '';
    const stagingTargetPath = join(directory.path, 'staging');
    const volumeCapability = { mount: {}, accessMode: { mode: 'SINGLE_NODE_WRITER' as const } };
    await first.node.nodeStageVolume({ volumeId, stagingTargetPath, volumeCapability });
    await first.close();

    const second = await startDriver(place, driverOptions(place));
    expect((await second.identity.probe({})).ready).to.deep.equal({ value: true });
    await second.node.nodeUnstageVolume({ volumeId, stagingTargetPath });
    await second.close();
    expect(await directory.leftovers()).to.deep.equal({ mounts: [], loops: [] });
  });
});
