import { truncate } from 'node:fs/promises';
import { expect } from 'chai';
import { waitUntil } from '../../src/catalog/wait-until.ts';
import { volumeId } from '../../src/domain/ids.ts';
import { MiB } from '../../src/domain/sizes.ts';
import { imagePath } from '../../src/pool/layout.ts';
import { soon } from '../support/soon.ts';
import { until } from '../support/until.ts';
import { small, testCluster, type TestCluster, type TestNode } from './cluster.ts';

const id = volumeId('data');

describe('what is seen of a volume between two sweeps', () => {
  let cluster: TestCluster;
  let node: TestNode;
  beforeEach(async () => {
    cluster = await testCluster(['a']);
    node = await cluster.start('a', { sweepIntervalMs: 3_600_000 });
    await cluster.controller.createVolume(small('data'));
  });
  afterEach(() => cluster.cleanUp());

  const untilReasons = (expected: readonly string[]) =>
    waitUntil(
      cluster.catalog.volumes,
      id,
      (now) => JSON.stringify(now?.status.health.map(({ reason }) => reason)) === JSON.stringify(expected),
      soon(),
    );
  const told = () => cluster.events.filter(({ about }) => about.id === id).map(({ reason }) => reason);

  it('is in its status and its events, and so is that it is over', async () => {
    const image = imagePath(node.pool, id);
    const whole = (await node.pool.host.files.stat(image))?.size ?? 0;
    await truncate(image, MiB);
    node.agent.healthChanged(id);
    await untilReasons(['ImageTruncated']);
    await truncate(image, whole);
    node.agent.healthChanged(id);
    await untilReasons([]);
    // Told after it is written.
    await until(() => told().length === 2);
    expect(told()).to.deep.equal(['ImageTruncated', 'VolumeHealthy']);
  });
});
