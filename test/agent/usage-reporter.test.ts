import { expect } from 'chai';
import { join } from 'node:path';
import { modify } from '../../src/catalog/modify.ts';
import { waitUntil } from '../../src/catalog/wait-until.ts';
import { volumeId } from '../../src/domain/ids.ts';
import type { VolumeMount } from '../../src/domain/volume.ts';
import { findVolume } from '../../src/pool/find.ts';
import { mountVolume } from '../pool/mount-volume.ts';
import { host } from '../pool/open-test-pool.ts';
import { soon } from '../support/soon.ts';
import { small, testCluster, type TestCluster, type TestNode } from './cluster.ts';
import { flakyCatalog, type Outage } from './flaky-catalog.ts';
import { changed } from '../support/changed-collection.ts';
import { until } from '../support/until.ts';

const id = volumeId('data');
const mountedOnA: readonly VolumeMount[] = [{ nodeName: 'a', readOnly: false }];

describe('who has a volume mounted', () => {
  let cluster: TestCluster;
  let node: TestNode;
  let outage: Outage;
  let target: string;
  beforeEach(async () => {
    cluster = await testCluster(['a']);
    const flaky = flakyCatalog(cluster.catalog);
    outage = flaky.outage;
    node = await cluster.start('a', { catalog: flaky.catalog });
    await cluster.controller.createVolume(small('data'));
    target = join(node.pool.path, '..', 'mounted');
  });
  afterEach(async () => {
    if ((await host.mounts.list()).some((mount) => mount.target === target)) await host.mounts.unmount(target);
    await cluster.cleanUp();
  });

  const mount = async () => {
    const record = await findVolume(node.pool, id);
    if (record === undefined) throw new Error('there is no image');
    await mountVolume(node.pool, record, target);
  };
  const untilMounts = (expected: readonly VolumeMount[]) =>
    waitUntil(
      cluster.catalog.volumes,
      id,
      (now) => JSON.stringify(now?.status.mounts) === JSON.stringify(expected),
      soon(),
    );

  it('is in its status after the fact, and is not any more', async () => {
    await mount();
    node.agent.usageChanged(id);
    await untilMounts(mountedOnA);
    await host.mounts.unmount(target);
    node.agent.usageChanged(id);
    await untilMounts([]);
  });

  it('is written as it is by then, when the catalog was away', async () => {
    outage.isAway = true;
    await mount();
    node.agent.usageChanged(id);
    await until(() => outage.refused > 0);
    outage.isAway = false;
    await untilMounts(mountedOnA);
  });

  it('is seen at the start, whatever the catalog says', async () => {
    await node.agent.stop();
    await mount();
    await node.restartAgent();
    await untilMounts(mountedOnA);
    await node.agent.stop();
    await host.mounts.unmount(target);
    await node.restartAgent();
    await untilMounts([]);
  });

  it('is written of the others, too, while the catalog does not take it of one', async () => {
    const other = volumeId('other');
    await cluster.controller.createVolume(small('other'));
    const { volumes } = cluster.catalog;
    const asked: string[] = [];
    const choosy = changed(volumes, {
      find: (wanted) => {
        asked.push(wanted);
        return wanted === other ? Promise.reject(new Error('not understood')) : volumes.find(wanted);
      },
    });
    await node.stop();
    node = await cluster.start('a', {
      catalog: { ...cluster.catalog, volumes: choosy, close: () => Promise.resolve() },
    });
    await mount();
    node.agent.usageChanged(other);
    node.agent.usageChanged(id);
    await untilMounts(mountedOnA);
    expect(asked).to.include(other);
  });

  it('is seen after a while when nobody has told of it', async () => {
    await node.stop();
    node = await cluster.start('a', { sweepIntervalMs: 50 });
    await mount();
    await untilMounts(mountedOnA);
  });

  it('says nothing of what is not in the catalog, and disturbs nobody by it', async () => {
    node.agent.usageChanged(volumeId('of a pod alone'));
    node.agent.usageChanged(id);
    await cluster.controller.deleteVolume({ volumeId: id });
  });

  it('is why a deletion that a person asked for waits, which then goes on', async () => {
    await mount();
    await modify(cluster.catalog.volumes, id, ({ spec }) => ({ ...spec, desired: 'Absent' as const, revision: 2 }));
    const refused = await waitUntil(cluster.catalog.volumes, id, (now) => now?.status.failure !== undefined, soon());
    expect(refused?.status.failure?.reason).to.equal('FailedPrecondition');
    await host.mounts.unmount(target);
    node.agent.usageChanged(id);
    await waitUntil(cluster.catalog.volumes, id, (now) => now === undefined, soon());
    expect(await findVolume(node.pool, id)).to.equal(undefined);
  });
});
