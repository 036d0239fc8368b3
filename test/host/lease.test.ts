import { expect } from 'chai';
import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { MiB } from '../../src/domain/sizes.ts';
import { linuxHost } from '../../src/host/linux-host.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';
import { mountedXfs } from '../support/xfs.ts';

const { files, images, loops } = linuxHost();

describe('isOpen', () => {
  let directory: TemporaryDirectory;

  beforeEach(() => {
    directory = temporaryDirectory();
  });
  afterEach(() => directory.cleanUp());

  it('sees loop devices, whether they write or only read', async () => {
    const pool = await mountedXfs(directory.path);
    const file = join(pool, 'image');
    await images.create(file, 16 * MiB);
    expect(await files.isOpen(file)).to.equal(false);
    for (const readOnly of [false, true]) {
      const options = { file, readOnly, autoclear: true, directIo: true, label: 'lease' };
      const { close } = await loops.attach(options);
      expect(await files.isOpen(file)).to.equal(true);
      close();
      expect(await files.isOpen(file)).to.equal(false);
    }
  });

  it('sees readers, and knows nothing of what is not there', async () => {
    const file = join(directory.path, 'file');
    expect(await files.isOpen(file)).to.equal(false);
    await writeFile(file, 'x');
    const reader = await open(file, 'r');
    expect(await files.isOpen(file)).to.equal(true);
    await reader.close();
    expect(await files.isOpen(file)).to.equal(false);
  });

  it('does no harm to those who open the file at the same time, nor to itself', async () => {
    const file = join(directory.path, 'file');
    await writeFile(file, 'x');
    const loop = `for i in $(seq 300); do read -r line < ${file}; done; echo done`;
    const reading = execa('sh', ['-c', loop]);
    const end = { reached: false };
    const ended = reading.finally(() => (end.reached = true));
    for (let looks = 0; !end.reached; looks += 1) {
      await files.isOpen(file);
      // Lets the event loop see the end.
      if (looks % 100 === 0) await readFile(file);
    }
    expect((await ended).stdout).to.equal('done');
  });
});
