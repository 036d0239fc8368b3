import { describeCatalogContract } from '../contract.ts';
import { scratchCatalog } from './scratch.ts';

describeCatalogContract('the SQLite catalog', async () => {
  const catalog = await scratchCatalog();
  return { catalog, dispose: () => catalog.close() };
});
