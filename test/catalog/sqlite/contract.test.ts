import { join } from 'node:path';
import { openSqliteCatalog } from '../../../src/catalog/sqlite/open-sqlite-catalog.ts';
import { describeCatalogContract } from '../contract.ts';
import { realSync, scratchDirectory } from './scratch.ts';

describeCatalogContract('the SQLite catalog', async () => {
  const directory = await scratchDirectory();
  const catalog = await openSqliteCatalog({ path: join(directory.path, 'catalog.db'), sync: realSync });
  return {
    catalog,
    dispose: async () => {
      await catalog.close();
      await directory.remove();
    },
  };
});
