import { expect } from 'chai';
import { MiB } from '../../src/domain/sizes.ts';
import type { Filesystem } from '../../src/filesystem/filesystem.ts';
import { xfs } from '../../src/filesystem/xfs.ts';
import { blkidUuid, makeBench, type Bench } from './bench.ts';

describe('xfs', () => {
  let bench: Bench;
  let filesystem: Filesystem;

  beforeEach(async () => {
    bench = await makeBench();
    filesystem = xfs(bench.host);
  });
  afterEach(() => bench.dispose());

  it('is always mounted with nouuid, since copies keep the UUID', async () => {
    for (const readOnly of [true, false]) {
      expect(filesystem.mountOptions({ readOnly, discard: true })).to.include('nouuid');
    }
    const image = await bench.image('image', 300 * MiB);
    await filesystem.format(image, []);
    const uuid = await blkidUuid(bench.host, image);
    await filesystem.renewIdentity(image);
    expect(await blkidUuid(bench.host, image)).to.equal(uuid);
  });

  it('sees that it was marked for repair', async () => {
    const image = await bench.image('image', 300 * MiB);
    await filesystem.format(image, []);
    await bench.host.run('xfs_db', ['-x', '-c', 'sb 0', '-c', 'write features_incompat 0x1b', image]);
    expect(await filesystem.inspect(image)).to.include({ hasErrors: true });
  });

  for (const words of [
    '-b size=4096 -i size=512,maxpct=10 -l size=64m -L label',
    '-d agcount=7 -m reflink=0,bigtime=1,rmapbt=1',
  ]) {
    it(`makes and mounts a filesystem with ${words}`, async () => {
      const size = 1000 * MiB + 12_288;
      const image = await bench.image('image', size);
      await filesystem.format(image, words.split(' '));
      const facts = await filesystem.inspect(image);
      if (facts?.size === undefined) throw new Error('no filesystem');
      expect(size - facts.size).to.be.lessThan(facts.growthStep);
      await bench.unmount(await bench.mount(image, 'xfs', filesystem.mountOptions({ readOnly: false, discard: true })));
      expect(await filesystem.check(image)).to.equal('');
    });
  }
});
