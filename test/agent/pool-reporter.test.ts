import { expect } from 'chai';
import { PoolReporter } from '../../src/agent/pool-reporter.ts';
import { TroubleLog } from '../../src/agent/trouble-log.ts';
import { noEvents } from '../../src/domain/event.ts';
import { registerPool } from '../../src/agent/register-pool.ts';
import { openSqliteCatalog } from '../../src/catalog/sqlite/open-sqlite-catalog.ts';
import { join } from 'node:path';
import { MiB } from '../../src/domain/sizes.ts';
import { realSync } from '../catalog/sqlite/scratch.ts';
import { host, silent, xfsPlace } from '../pool/open-test-pool.ts';

const tools = { troubles: new TroubleLog(silent), events: noEvents };

describe('PoolReporter', () => {
  it('tells that a pool whose filesystem has shut down is not ready', async () => {
    const place = await xfsPlace();
    const catalog = await openSqliteCatalog({ path: join(place.aside, 'catalog.db'), sync: realSync });
    try {
      const pool = await place.open();
      // Each looks for itself: one remembers for a second what it has seen.
      const report = () => new PoolReporter({ ...tools, catalog, nodeName: 'node', hasHeartbeat: false }).report(pool);
      await registerPool(catalog, 'node', pool.name);
      await report();
      const before = await catalog.pools.find('node.test');
      expect(before?.status).to.include({ ready: true, uuid: pool.uuid, ioLimits: false });
      expect(before?.status.ioLimitsProblem).to.contain('there is no cgroup v2 to be used at /nonexistent');

      await host.run('xfs_io', ['-x', '-c', 'shutdown', join(place.path, '..')]);
      await report();
      const after = await catalog.pools.find('node.test');
      // What it was the last time: the filesystem's own bytes may have moved a little since.
      expect(after?.status.ready).to.equal(false);
      expect(after?.status.capacity).to.be.closeTo(before?.status.capacity ?? 0, MiB);
      expect(after?.status.conditions.map(({ reason }) => reason)).to.deep.equal(['PoolUnreadable']);
    } finally {
      await catalog.close();
      await place.cleanUp();
    }
  });
});
