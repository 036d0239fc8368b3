import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import { modify } from '../../src/catalog/modify.ts';
import { uncountedQuota, type Quota } from '../../src/domain/quota.ts';
import { GiB } from '../../src/domain/sizes.ts';
import { poolStatus } from '../catalog/fixtures.ts';
import { volumeRequest } from '../support/controller.ts';
import { FakeAgent } from '../support/fake-agent.ts';
import { until } from '../support/until.ts';
import { processCluster, type ControllerClient, type ProcessCluster } from './process-cluster.ts';

const LIMIT = 12;
const CALLERS = 100;

/** Two controllers, each a process of its own, with a real API server between them; the agent is played here. */
describe('two controllers and one quota', function () {
  this.timeout(120_000);
  let cluster: ProcessCluster;
  let agent: FakeAgent;
  let controllers: ControllerClient[];
  let most = 0;

  before(async () => {
    cluster = await processCluster();
    const { pools, quotas, volumes } = cluster.catalog;
    const pool = { name: 'default', agent: 'node-a', nodes: ['node-a'] };
    const room = { capacity: 1000 * GiB, available: 1000 * GiB };
    await pools.create('node-a.default', pool, { ...poolStatus, ...room });
    await quotas.create('few', { limits: { volumes: LIMIT } }, uncountedQuota);
    agent = new FakeAgent(cluster.catalog);
    const there = new Set<string>();
    volumes.watch(({ id, resource }) => {
      if (resource === undefined) there.delete(id);
      else there.add(id);
      most = Math.max(most, there.size);
    });
    controllers = await Promise.all(['first', 'second'].map((name) => cluster.startController(name)));
  });
  after(async () => {
    agent.stop();
    await cluster.cleanUp();
  });

  it('never make more than it allows, and in the end just as many', async () => {
    const codes = await Promise.all(names('v').map((name, index) => create(name, index)));
    expect(codes.filter((code) => code === 'OK')).to.have.length(LIMIT);
    expect(new Set(codes)).to.deep.equal(new Set(['OK', 'RESOURCE_EXHAUSTED']));
    expect(await cluster.catalog.volumes.list({ isExact: true })).to.have.length(LIMIT);
    expect(most).to.equal(LIMIT);
  });

  it('nor when one of them is killed in the middle of it; and what is used is right when it is back', async () => {
    await modify(cluster.catalog.quotas, 'few', ({ spec }) => ({ ...spec, limits: { volumes: 3 * LIMIT } }));
    const begun = names('w').map((name, index) => create(name, index));
    await until(async () => (await cluster.catalog.volumes.list({ isExact: true })).length > LIMIT + 3);
    await cluster.kill('first');
    const codes = await Promise.all(begun);
    expect(codes).to.include('UNAVAILABLE');
    controllers = [await cluster.startController('first'), ...controllers.slice(1)];
    // As an orchestrator does with each that it has no answer of: what a dead one has claimed is for its name.
    await Promise.all(names('w').map((name, index) => create(name, index)));
    expect(await cluster.catalog.volumes.list({ isExact: true })).to.have.length(3 * LIMIT);
    expect(most).to.equal(3 * LIMIT);
    expect(await create('one-more', 0)).to.equal('RESOURCE_EXHAUSTED');
    const { used } = (await quota()).status;
    expect(used).to.deep.equal({ volumes: 3 * LIMIT, bytes: 3 * LIMIT * GiB, snapshots: 0 });
  });

  it('counts what a person has deleted and raised by itself', async () => {
    const [volume] = await cluster.catalog.volumes.list();
    await controllers[0]?.deleteVolume({ volumeId: volume?.id ?? '' });
    await modify(cluster.catalog.quotas, 'few', ({ spec }) => ({ ...spec, limits: { volumes: 100 } }));
    await until(async () => (await quota()).status.used.volumes === 3 * LIMIT - 1);
  });

  async function create(name: string, caller: number): Promise<string> {
    const controller = controllers[caller % 2];
    if (controller === undefined) throw new Error('there are two');
    return await controller.createVolume(volumeRequest(name), { timeout: 60_000 }).then(() => 'OK', codeOf);
  }

  async function quota(): Promise<Quota> {
    const found = await cluster.catalog.quotas.find('few');
    if (found === undefined) throw new Error('the quota is gone');
    return found;
  }
});

function names(prefix: string): readonly string[] {
  return Array.from({ length: CALLERS }, (_, index) => `${prefix}${index}`);
}

function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'number' ? (status[code] ?? String(code)) : String(error);
}
