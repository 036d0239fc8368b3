import { expect } from 'chai';
import { open, readFile } from 'node:fs/promises';
import type { Mount } from '../../../src/host/host.ts';
import { failureOf, host } from '../../pool/open-test-pool.ts';
import { nodePlace, type NodePlace } from './node-place.ts';

/** Others mount things meanwhile. */
async function mountsOf({ root }: NodePlace): Promise<readonly Mount[]> {
  return (await host.mounts.list()).filter(({ target }) => target.startsWith(root));
}

describe('a node that restarts', () => {
  let place: NodePlace;
  beforeEach(async () => {
    place = await nodePlace();
  });
  afterEach(() => place.cleanUp());

  for (const volumeMode of ['Filesystem', 'Block'] as const) {
    it(`finds what is staged and published in the kernel, and changes nothing (${volumeMode})`, async () => {
      const mode = 'SINGLE_NODE_MULTI_WRITER';
      const volume = await place.create('v', { volumeMode });
      await place.stage(volume, { mode });
      await place.publish(volume, { mode });
      const mounts = await mountsOf(place);

      const later = await place.restarted();
      await later.stage(volume, { mode });
      await later.publish(volume, { mode });
      expect(await mountsOf(later)).to.deep.equal(mounts);
      expect(await failureOf(later.stage(volume))).to.include({ reason: 'AlreadyExists' });
      expect(await failureOf(later.unstage(volume))).to.include({ reason: 'FailedPrecondition' });
      await later.unpublish(volume);
      await later.unstage(volume);
      expect(await later.kernel(volume)).to.deep.equal({ loops: [], mounts: [] });
    });
  }

  it('is not noticed by who has a file open', async () => {
    const volume = await place.create('v');
    await place.stage(volume);
    await place.publish(volume);
    const file = await open(place.at('target/log'), 'a');
    await file.write('before ');
    const later = await place.restarted();
    await later.publish(volume);
    await file.write('after');
    await file.close();
    expect(await readFile(place.at('target/log'), 'utf8')).to.equal('before after');
  });
});

describe('a filesystem that has shut down', () => {
  let place: NodePlace;
  beforeEach(async () => {
    place = await nodePlace();
  });
  afterEach(() => place.cleanUp());

  it('is unpublished and unstaged, also while files are open in it, and staged again', async () => {
    const volume = await place.create('v', { fsType: 'xfs', size: 320 * 1024 * 1024 });
    await place.stage(volume);
    await place.publish(volume);
    const file = await open(place.at('target/file'), 'w');
    await file.writeFile('x');
    await file.sync();
    await host.run('xfs_io', ['-x', '-c', 'shutdown -f', place.at('target')]);
    expect(await host.files.stat(place.at('target')).catch((error: unknown) => error)).to.include({ code: 'EIO' });

    await place.unpublish(volume);
    expect(await host.files.stat(place.at('target'))).to.equal(undefined);
    expect((await place.kernel(volume)).mounts).to.deep.equal(['staging']);
    expect((await failureOf(place.unstage(volume))).reason).to.equal('FailedPrecondition');
    await file.close();
    await place.unstage(volume);
    expect(await place.kernel(volume)).to.deep.equal({ loops: [], mounts: [] });
    await place.stage(volume);
    await place.publish(volume);
    expect(await readFile(place.at('target/file'), 'utf8')).to.equal('x');
  });
});
