import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect } from 'chai';
import type { Catalog } from '../../../src/catalog/catalog.ts';
import { openSqliteCatalog } from '../../../src/catalog/sqlite/open-sqlite-catalog.ts';
import { VolumeError } from '../../../src/domain/errors.ts';
import { volumeId } from '../../../src/domain/ids.ts';
import { volumeSpec, volumeStatus } from '../fixtures.ts';
import { errorOf } from '../outcomes.ts';
import { realSync, scratchDirectory } from './scratch.ts';

describe('the SQLite catalog on a full disk', () => {
  let directory: Awaited<ReturnType<typeof scratchDirectory>>;
  let path: string;
  let catalog: Catalog;
  beforeEach(async () => {
    directory = await scratchDirectory();
    await execa('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', directory.path]);
    path = join(directory.path, 'catalog.db');
    catalog = await openSqliteCatalog({ path, sync: realSync });
  });
  afterEach(async () => {
    await catalog.close();
    await execa('umount', [directory.path]);
    await directory.remove();
  });

  it('refuses what has no room, keeps the rest, and goes on when there is room again', async () => {
    const ballast = join(directory.path, 'ballast');
    await writeFile(ballast, Buffer.alloc(512 * 1024));
    const created: string[] = [];
    const refusal = await errorOf(
      (async () => {
        for (;;) {
          const id = volumeId(String(created.length));
          await catalog.volumes.create(id, volumeSpec(), volumeStatus);
          created.push(id);
        }
      })(),
    );
    expect(refusal).to.be.instanceOf(VolumeError).and.to.have.property('reason', 'ResourceExhausted');
    expect(refusal).to.have.property('message').that.contains(path).and.contains('full');
    expect(created.length).to.be.above(10);

    // A heartbeat is smaller than a volume: some still have room.
    const check = await errorOf(
      (async () => {
        for (let beat = 0; beat < 100; beat += 1) await catalog.check();
      })(),
    );
    expect(check).to.be.instanceOf(VolumeError).and.to.have.property('reason', 'Unavailable');
    expect(check).to.have.property('message').that.contains(path);
    expect(await ids()).to.deep.equal([...created].sort());

    await rm(ballast);
    await catalog.check();
    created.push(volumeId('more'));
    await catalog.volumes.create(volumeId('more'), volumeSpec(), volumeStatus);
    await catalog.close();
    catalog = await openSqliteCatalog({ path, sync: realSync });
    expect(await ids()).to.deep.equal([...created].sort());
  });

  async function ids(): Promise<string[]> {
    return (await catalog.volumes.list()).map(({ id }) => id);
  }
});
