import { expect } from 'chai';
import { modifyStatus } from '../../src/catalog/modify.ts';
import { waitUntil } from '../../src/catalog/wait-until.ts';
import { snapshotId, volumeId } from '../../src/domain/ids.ts';
import { topologyOf } from '../../src/domain/topology.ts';
import { wipe } from '../catalog/kubernetes/wipe.ts';
import { sharedApiServer, type TestApiServer } from '../support/api-server.ts';
import { refusalOf } from '../support/refusal.ts';
import { soon } from '../support/soon.ts';
import { catalogsOn } from './catalogs-on.ts';
import { small, testCluster, type TestCluster } from './cluster.ts';

const on = (...nodes: readonly string[]) => ({ accessibilityRequirements: { requisite: nodes.map(topologyOf) } });

describe('two controllers and two agents over a real API server', function () {
  this.timeout(120_000);
  let server: TestApiServer;
  let cluster: TestCluster;
  before(async () => {
    server = await sharedApiServer();
  });
  beforeEach(async () => {
    await wipe(server);
    cluster = await testCluster(['a', 'b'], () => Promise.resolve(catalogsOn(server)));
    for (const name of ['a', 'b']) await cluster.start(name, { sweepIntervalMs: 1000 });
  });
  afterEach(() => cluster.cleanUp());

  const present = (name: string) => cluster.catalog.volumes.find(volumeId(name));
  const until = (
    name: string,
    isSo: Parameters<typeof waitUntil<NonNullable<Awaited<ReturnType<typeof present>>>>>[2],
  ) => waitUntil(cluster.catalog.volumes, volumeId(name), isSo, soon());

  it('make, snapshot, clone and delete volumes on both nodes, whichever controller is asked', async () => {
    const [first, second] = cluster.controllers;
    const names = Array.from({ length: 10 }, (_, index) => `v${index}`);
    const placed = (index: number) => on(index % 2 === 0 ? 'a' : 'b');
    // Each is asked of both at once.
    await Promise.all(
      names.flatMap((name, index) =>
        [first, second].map(({ controller }) => controller.createVolume({ ...small(name), ...placed(index) })),
      ),
    );
    const volumes = await cluster.catalog.volumes.list({ isExact: true });
    expect(volumes.filter(({ status }) => status.ready).length).to.equal(10);
    expect(volumes.filter(({ spec }) => spec.pool === 'a.default').length).to.equal(5);

    await first.controller.createSnapshot({ name: 'snap', sourceVolumeId: volumeId('v1') });
    const volumeContentSource = { snapshot: { snapshotId: snapshotId('snap') } };
    const { volume } = await second.controller.createVolume({ ...small('copy'), ...on('a', 'b'), volumeContentSource });
    expect(volume?.accessibleTopology).to.deep.equal([topologyOf('b')]);

    await second.controller.deleteSnapshot({ snapshotId: snapshotId('snap') });
    await Promise.all(
      [...names, 'copy'].flatMap((name) =>
        [first, second].map(({ controller }) => controller.deleteVolume({ volumeId: volumeId(name) })),
      ),
    );
    expect(await cluster.catalog.volumes.list({ isExact: true })).to.deep.equal([]);
  });

  it('refuse limits on I/O that no node can keep to, naming the nodes', async () => {
    const limited = { ...small('limited'), parameters: { readIops: '100', writeBandwidth: '50Mi' } };
    const { code, message } = await refusalOf(cluster.controller.createVolume(limited));
    expect(code).to.equal('FAILED_PRECONDITION');
    for (const pool of ['a.default', 'b.default']) {
      expect(message).to.contain(`${pool}: there is no cgroup v2 to be used at /nonexistent`);
    }
    expect(await cluster.catalog.volumes.list({ isExact: true })).to.deep.equal([]);

    // Its agent refuses in turn, since only the pool's status says otherwise.
    await modifyStatus(cluster.catalog.pools, 'b.default', ({ status }) => ({ ...status, ioLimits: true }));
    const refusal = await refusalOf(cluster.controller.createVolume({ ...limited, ...on('b') }));
    expect(refusal.code).to.equal('FAILED_PRECONDITION');
    expect(refusal.message).to.contain('cannot be kept to on this node');
  });

  it('lose nothing while it is down, and answer that it is', async () => {
    await cluster.controller.createVolume({ ...small('old'), ...on('a') });
    await server.kill();
    try {
      const refusal = await refusalOf(cluster.controller.createVolume(small('new')));
      expect(refusal.code).to.equal('UNAVAILABLE');
    } finally {
      await server.start();
    }
    await cluster.controllers[1].controller.createVolume({ ...small('new'), ...on('b') });
    await cluster.controller.deleteVolume({ volumeId: volumeId('old') });
    expect(await present('old')).to.equal(undefined);
  });

  it('move what was half made away from a node that is silent, and free what is on one that is given up', async () => {
    await cluster.controller.createVolume({ ...small('data'), ...on('a') });
    await cluster.stop('a');
    await refusalOf(cluster.controller.createVolume({ ...small('half'), ...on('a') }, { timeout: 1000 }));
    await until('half', (now) => now?.spec.unanswered === true);
    await cluster.silence('a');
    const { volume } = await cluster.controllers[1].controller.createVolume({ ...small('half'), ...on('b') });
    expect(volume?.accessibleTopology).to.deep.equal([topologyOf('b')]);
    const pool = await cluster.catalog.pools.find('a.default');
    expect(pool?.spec.discard?.map(({ id }) => id)).to.deep.equal([volumeId('half')]);

    await cluster.deletePool('a');
    await cluster.controller.deleteVolume({ volumeId: volumeId('data') });
    expect(await present('data')).to.equal(undefined);
    await cluster.start('a');
    const back = await until('data', (now) => now?.status.ready === true);
    expect(back?.spec.pool).to.equal('a.default');
    expect((await present('half'))?.spec.pool).to.equal('b.default');
  });
});
