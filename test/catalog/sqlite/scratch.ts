import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fdatasync } from 'node:fs';
import { promisify } from 'node:util';
import type { Catalog } from '../../../src/catalog/catalog.ts';
import type { DiskSync } from '../../../src/catalog/sqlite/database.ts';
import { openSqliteCatalog } from '../../../src/catalog/sqlite/open-sqlite-catalog.ts';

/** The real thing. */
export const realSync: DiskSync = {
  syncDescriptor: promisify(fdatasync),
  async sync(path) {
    const file = await open(path);
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  },
};

/** A directory of its own for a test, and how to be rid of it. */
export async function scratchDirectory(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'tome-catalog-'));
  return { path, remove: () => rm(path, { recursive: true }) };
}

/** A catalog on a directory of its own, which goes with it. */
export async function scratchCatalog(): Promise<Catalog> {
  const directory = await scratchDirectory();
  const catalog = await openSqliteCatalog({ path: join(directory.path, 'catalog.db'), sync: realSync });
  return {
    ...catalog,
    async close() {
      await catalog.close();
      await directory.remove();
    },
  };
}
