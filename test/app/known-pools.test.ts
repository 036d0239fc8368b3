import { expect } from 'chai';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { knownPools } from '../../src/app/known-pools.ts';
import { VolumeError } from '../../src/domain/errors.ts';
import { linuxHost } from '../../src/host/linux-host.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';

describe('known pools', () => {
  let directory: TemporaryDirectory;

  beforeEach(() => {
    directory = temporaryDirectory();
  });
  afterEach(() => directory.cleanUp());

  it('know a pool by its name, and by its path when it was renamed', async () => {
    const before = knownPools(directory.path, linuxHost());
    expect(await before.uuidOf({ name: 'fast', path: '/mnt/fast' })).to.equal(undefined);
    await before.remember({ name: 'fast', path: '/mnt/fast' }, 'uuid-1');

    const after = knownPools(directory.path, linuxHost());
    expect(await after.uuidOf({ name: 'fast', path: '/mnt/elsewhere' })).to.equal('uuid-1');
    expect(await after.uuidOf({ name: 'renamed', path: '/mnt/fast' })).to.equal('uuid-1');
    expect(await after.uuidOf({ name: 'other', path: '/mnt/other' })).to.equal(undefined);
  });

  it('say which file cannot be read', async () => {
    const file = join(directory.path, 'pools', 'fast.json');
    await mkdir(join(directory.path, 'pools'));
    await writeFile(file, '{');
    const failure: unknown = await knownPools(directory.path, linuxHost())
      .uuidOf({ name: 'fast', path: '/mnt/fast' })
      .catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(VolumeError);
    expect(failure).to.have.property('message').that.contains(file);
  });
});
