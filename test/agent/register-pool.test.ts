import { expect } from 'chai';
import { join } from 'node:path';
import { Agent } from '../../src/agent/agent.ts';
import { registerPool } from '../../src/agent/register-pool.ts';
import { modifyStatus } from '../../src/catalog/modify.ts';
import { openSqliteCatalog } from '../../src/catalog/sqlite/open-sqlite-catalog.ts';
import { waitUntil } from '../../src/catalog/wait-until.ts';
import type { DomainEvent } from '../../src/domain/event.ts';
import { PoolSet } from '../../src/pool/pool-set.ts';
import { host, poolSettings, silent, testDeps, xfsPlace } from '../pool/open-test-pool.ts';
import { changed } from '../support/changed-collection.ts';
import { soon } from '../support/soon.ts';
import { until } from '../support/until.ts';
import { noManaged } from '../managed/managed-world.ts';

describe('the Pool of an agent that starts', () => {
  it('stays as it was while the pool is being opened, however long that takes, and nobody is warned of a start', async () => {
    const place = await xfsPlace();
    const catalog = await openSqliteCatalog({ path: join(place.aside, 'catalog.db'), sync: host.files });
    const { promise: mayOpen, resolve: open } = Promise.withResolvers<undefined>();
    const known = { uuidOf: () => mayOpen, remember: () => Promise.resolve() };
    const pools = new PoolSet([poolSettings({ name: 'default', path: place.path })], testDeps(), known);
    const told: DomainEvent[] = [];
    const events = { record: (event: DomainEvent) => void told.push(event) };
    let reports = 0;
    const counted = changed(catalog.pools, {
      list: (query) => {
        reports += 1;
        return catalog.pools.list(query);
      },
    });
    const rest = { managed: await noManaged(), log: silent, sweepIntervalMs: 20, events };
    const agent = new Agent({
      catalog: { ...catalog, pools: counted },
      pools,
      nodeName: 'a',
      ownsCatalog: false,
      ...rest,
    });
    await registerPool(catalog, 'a', 'default');
    await modifyStatus(catalog.pools, 'a.default', ({ status }) => ({ ...status, ready: true, uuid: 'as before' }));
    try {
      const opening = pools.open();
      await agent.start();
      // For as long as a former driver keeps the pool, this one waits for it, and does not speak for it.
      const before = reports;
      await until(() => reports > before + 3);
      expect((await catalog.pools.find('a.default'))?.status).to.include({ ready: true, uuid: 'as before' });
      open(undefined);
      await opening;
      const isOpen = (now: { status: { uuid?: string | undefined } } | undefined) =>
        now !== undefined && now.status.uuid !== 'as before';
      await waitUntil(catalog.pools, 'a.default', isOpen, soon());
      expect(told).to.deep.equal([]);
    } finally {
      await agent.stop();
      await pools.close();
      await catalog.close();
      await place.cleanUp();
    }
  });
});
