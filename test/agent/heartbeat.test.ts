import { expect } from 'chai';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Agent } from '../../src/agent/agent.ts';
import { modifyStatus } from '../../src/catalog/modify.ts';
import { openSqliteCatalog } from '../../src/catalog/sqlite/open-sqlite-catalog.ts';
import { waitUntil } from '../../src/catalog/wait-until.ts';
import type { PoolResource } from '../../src/domain/pool.ts';
import type { Host } from '../../src/host/host.ts';
import { PoolSet } from '../../src/pool/pool-set.ts';
import { host, poolSettings, silent, testDeps, xfsPlace } from '../pool/open-test-pool.ts';
import { soon } from '../support/soon.ts';
import { small, testCluster, type TestCluster } from './cluster.ts';
import { noManaged } from '../managed/managed-world.ts';

describe('the heartbeat of a pool', () => {
  let cluster: TestCluster;
  beforeEach(async () => {
    cluster = await testCluster(['a']);
  });
  afterEach(() => cluster.cleanUp());

  const pool = () => cluster.catalog.pools.find('a.default');
  const beatAt = (ms: number) =>
    modifyStatus(cluster.catalog.pools, 'a.default', ({ status }) => ({
      ...status,
      heartbeat: new Date(Date.now() - ms).toISOString(),
    }));

  it('comes with the first report, with each change, and else only when it is half a minute old', async () => {
    // Looked at by no timer within the time of this test.
    const node = await cluster.start('a');
    const first = await pool();
    expect(Date.parse(first?.status.heartbeat ?? '')).to.be.closeTo(Date.now(), 5_000);
    await node.stop();

    // The filesystem may just have taken or given back a block, which is a change.
    let isUnchanged = false;
    for (let turn = 0; turn < 5 && !isUnchanged; turn += 1) {
      await beatAt(20_000);
      const before = await pool();
      const second = await cluster.start('a');
      isUnchanged = isDeepStrictEqual(await pool(), before);
      await second.stop();
    }
    expect(isUnchanged).to.equal(true);

    await beatAt(40_000);
    const third = await cluster.start('a');
    expect(Date.parse((await pool())?.status.heartbeat ?? '')).to.be.closeTo(Date.now(), 5_000);
    await beatAt(20_000);
    await cluster.controller.createVolume(small('data'));
    await cluster.untilPool('a', (now) => Date.now() - Date.parse(now?.status.heartbeat ?? '') < 10_000);
    await third.stop();
  });

  it('of one pool goes on while the disk of another hangs', async () => {
    const place = await xfsPlace();
    const catalog = await openSqliteCatalog({ path: join(place.aside, 'catalog.db'), sync: host.files });
    const { promise: thawed, resolve: thaw } = Promise.withResolvers<undefined>();
    const { promise: hangs, resolve: hang } = Promise.withResolvers<undefined>();
    let isHanging = false;
    const usage: Host['files']['usage'] = async (path) => {
      if (isHanging && path.endsWith('first')) {
        hang(undefined);
        await thawed;
      }
      return await host.files.usage(path);
    };
    const deps = testDeps({ ...host, files: { ...host.files, usage } });
    const settings = ['first', 'second'].map((name) => poolSettings({ name, path: join(place.path, '..', name) }));
    const known = { uuidOf: () => Promise.resolve(undefined), remember: () => Promise.resolve() };
    const pools = new PoolSet(settings, deps, known);
    await pools.open();
    const node = { catalog, pools, managed: await noManaged(), nodeName: 'b' };
    const agent = new Agent({ ...node, ownsCatalog: false, log: silent, sweepIntervalMs: 50 });
    await agent.start();
    isHanging = true;
    // The report of the first pool, whose turn comes first.
    await hangs;
    const heartbeat = new Date(Date.now() - 60_000).toISOString();
    await modifyStatus(catalog.pools, 'b.second', ({ status }) => ({ ...status, heartbeat }));
    const isBeating = (now: PoolResource | undefined) => now?.status.heartbeat !== heartbeat;
    const beat = await waitUntil(catalog.pools, 'b.second', isBeating, soon()).catch(() => undefined);
    thaw(undefined);
    await agent.stop();
    await pools.close();
    await catalog.close();
    await place.cleanUp();
    expect(beat?.status.ready).to.equal(true);
  });
});
