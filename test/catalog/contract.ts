import type { Catalog } from '../../src/catalog/catalog.ts';
import { describeLists } from './contract-lists.ts';
import { describeModify } from './contract-modify.ts';
import { describeQuotas } from './contract-quotas.ts';
import { describeWaits } from './contract-waits.ts';
import { describeWatch } from './contract-watch.ts';
import { describeWrites } from './contract-writes.ts';

/** An empty catalog of its own, and how to be rid of it. */
export interface CatalogUnderTest {
  readonly catalog: Catalog;
  dispose(): Promise<void>;
}

/**
 * What every catalog must do, whatever it is made of. `open` is called before each test. Of `racers` that change one
 * resource at once, each loses about half as many rounds as there are: with 50 that is 2,500 requests.
 */
export function describeCatalogContract(name: string, open: () => Promise<CatalogUnderTest>, racers = 50): void {
  describe(`${name}, by the contract of catalogs`, () => {
    let opened: CatalogUnderTest;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.dispose());

    const catalog = (): Catalog => opened.catalog;
    describeWrites(catalog);
    describeLists(catalog);
    describeWatch(catalog);
    describeModify(catalog, racers);
    describeWaits(catalog);
    describeQuotas(catalog);
  });
}
