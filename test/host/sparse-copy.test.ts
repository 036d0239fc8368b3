import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { linuxHost } from '../../src/host/linux-host.ts';
import { failureOf } from '../support/failure.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const MiB = 1024 ** 2;

describe('sparse copy', () => {
  const { files, images } = linuxHost();
  const temporary = temporaryDirectory();
  const at = (name: string) => join(temporary.path, name);

  after(() => temporary.cleanUp());

  it('copies the data and leaves the holes', async () => {
    await images.create(at('source'), 64 * MiB + 5);
    for (const offset of [0, 3 * MiB, 20 * MiB + 4096, 64 * MiB - 8192]) {
      await images.writeBlock(
        at('source'),
        offset,
        randomBytes(3 * MiB + 100).subarray(0, offset > 60 * MiB ? 8197 : undefined),
      );
    }
    const seen: number[] = [];
    await images.copySparse(at('source'), at('copy'), { onProgress: (copied) => seen.push(copied) });
    expect(readFileSync(at('copy')).equals(readFileSync(at('source')))).to.equal(true);
    const copy = await files.stat(at('copy'));
    expect(copy?.allocated).to.be.within(9 * MiB, 12 * MiB);
    expect(seen.length).to.be.greaterThan(4);
    expect(seen).to.deep.equal(seen.toSorted((a, b) => a - b));
    expect(seen.at(-1)).to.equal(64 * MiB + 5);
  });

  it('copies a file that is one hole, and an empty one', async () => {
    for (const size of [0, 16 * MiB]) {
      await images.create(at(`hole-${size}`), size);
      await images.copySparse(at(`hole-${size}`), at(`copy-${size}`), {});
      expect(await files.stat(at(`copy-${size}`))).to.include({ size, allocated: 0 });
    }
  });

  it('stops between two chunks, with the reason it was given', async () => {
    writeFileSync(at('long'), randomBytes(16 * MiB));
    const stop = new AbortController();
    const reason = new Error('enough');
    const copying = images.copySparse(at('long'), at('part'), {
      signal: stop.signal,
      onProgress: () => {
        stop.abort(reason);
      },
    });
    expect(await failureOf(copying)).to.equal(reason);
    expect((await files.stat(at('part')))?.allocated).to.be.within(1, 4 * MiB);
  });

  it('never writes over a file', async () => {
    expect(await failureOf(images.copySparse(at('source'), at('copy'), {}))).to.include({ code: 'EEXIST' });
  });
});
