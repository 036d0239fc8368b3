import { expect } from 'chai';
import { KiB, MiB } from '../../src/domain/sizes.ts';
import { ext4 } from '../../src/filesystem/ext4.ts';
import { makeBench, type Bench } from './bench.ts';

/** One block group of 4 KiB blocks. */
const GROUP = 128 * MiB;

describe('the growth step of ext4', () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await makeBench();
  });
  afterEach(() => bench.dispose());

  for (const groups of [1, 2, 3, 5, 8]) {
    for (const tail of [0, 4 * KiB, MiB, 2 * MiB + 212 * KiB, 2 * MiB + 216 * KiB, 4 * MiB, 7 * MiB, 64 * MiB]) {
      const size = groups * GROUP + tail;

      it(`needs no growth for a fresh image of ${groups} groups and ${tail / KiB} KiB`, async () => {
        const filesystem = ext4(bench.host);
        const image = await bench.image('image', size);
        await filesystem.format(image, []);
        const facts = await filesystem.inspect(image);
        if (facts?.size === undefined) throw new Error('no filesystem');
        expect(size - facts.size).to.be.lessThan(facts.growthStep);
        // What is called too small must really have been left unused by mke2fs, and not merely by us.
        if (size > facts.size) expect(facts.size).to.equal(groups * GROUP);
      });
    }
  }

  it('tells one group too few, and one block too few in a group that is not full', async () => {
    const filesystem = ext4(bench.host);
    const full = await bench.image('full', GROUP);
    await filesystem.format(full, []);
    expect((await filesystem.inspect(full))?.growthStep).to.be.within(MiB, 8 * MiB);

    const partial = await bench.image('partial', GROUP - MiB);
    await filesystem.format(partial, []);
    expect((await filesystem.inspect(partial))?.growthStep).to.equal(4 * KiB);
  });
});
