import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect } from 'chai';
import type { DiskSync } from '../../../src/catalog/sqlite/database.ts';
import { openSqliteCatalog } from '../../../src/catalog/sqlite/open-sqlite-catalog.ts';
import { volumeId } from '../../../src/domain/ids.ts';
import { volumeSpec, volumeStatus } from '../fixtures.ts';
import { realSync, scratchDirectory } from './scratch.ts';

describe('a crash of the SQLite catalog', () => {
  let directory: Awaited<ReturnType<typeof scratchDirectory>>;
  beforeEach(async () => {
    directory = await scratchDirectory();
  });
  afterEach(() => directory.remove());

  it('loses nothing that was answered when the process is killed', async () => {
    const path = join(directory.path, 'catalog.db');
    // The second round starts from what the first left behind; 1,500 writes are more than one checkpoint.
    for (const answers of [40, 1500]) {
      const answered = await killAfter(answers, path);
      const catalog = await openSqliteCatalog({ path, sync: realSync });
      for (const line of answered) {
        const [verb, id = ''] = line.split(' ');
        expect((await catalog.volumes.find(id)) !== undefined, line).to.equal(verb === 'created');
      }
      for (const volume of await catalog.volumes.list()) await catalog.volumes.remove(volume);
      await catalog.close();
    }
  });

  it('loses nothing that was answered when the power fails', async () => {
    const ids = Array.from({ length: 30 }, (_, index) => volumeId(String(index)));
    expect(await idsAfterPowerCut(realSync, ids)).to.deep.equal([...ids].sort());
  });

  it('would lose it without the sync: the test above can fail', async () => {
    let isOpen = false;
    const onlyWhileOpening: DiskSync = {
      sync: async (path) => {
        await realSync.sync(path);
        isOpen = true;
      },
      syncDescriptor: (fd) => (isOpen ? Promise.resolve() : realSync.syncDescriptor(fd)),
    };
    expect(await idsAfterPowerCut(onlyWhileOpening, [volumeId('one')])).to.deep.equal([]);
  });

  /**
   * Creates volumes on a small ext4 of its own, copies the disk beneath it as it is then (what was not synced is in
   * memory only), and lists what a catalog on the copy has.
   */
  async function idsAfterPowerCut(sync: DiskSync, ids: readonly string[]): Promise<string[]> {
    const [disk, copy] = [join(directory.path, 'disk'), join(directory.path, 'copy')];
    await writeFile(disk, '');
    await truncate(disk, 16 * 2 ** 20);
    await execa('mkfs.ext4', ['-q', '-F', disk]);
    await mounted(disk, async (mountPoint) => {
      const catalog = await openSqliteCatalog({ path: join(mountPoint, 'catalog.db'), sync });
      try {
        for (const id of ids) await catalog.volumes.create(id, volumeSpec(), volumeStatus);
        await copyFile(disk, copy);
      } finally {
        await catalog.close();
      }
    });
    return await mounted(copy, async (mountPoint) => {
      const catalog = await openSqliteCatalog({ path: join(mountPoint, 'catalog.db'), sync: realSync });
      const volumes = await catalog.volumes.list();
      await catalog.close();
      return volumes.map(({ id }) => id);
    });
  }

  async function mounted<T>(disk: string, work: (mountPoint: string) => Promise<T>): Promise<T> {
    const mountPoint = `${disk}.mounted`;
    await mkdir(mountPoint);
    await execa('mount', ['-o', 'loop', disk, mountPoint]);
    try {
      return await work(mountPoint);
    } finally {
      await execa('umount', [mountPoint]);
    }
  }
});

/** Lines that the writer printed before it was killed, in the midst of its work; at least `answers`. */
async function killAfter(answers: number, path: string): Promise<string[]> {
  const writer = spawn(process.execPath, [join(import.meta.dirname, 'write-until-killed.ts'), path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  writer.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    if (text.split('\n').length > answers) writer.kill('SIGKILL');
  });
  const closed: unknown[] = await once(writer, 'close');
  expect(closed).to.deep.equal([null, 'SIGKILL']);
  // The last line may be cut.
  return text.split('\n').slice(0, -1);
}
