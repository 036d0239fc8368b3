import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import { mkdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { modifyStatus } from '../../src/catalog/modify.ts';
import { volumeId } from '../../src/domain/ids.ts';
import { topologyOf } from '../../src/domain/topology.ts';
import { mount, volumeRequest } from '../support/controller.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';
import { until } from '../support/until.ts';
import { DirectoryObserver, SHARED } from './directory-observer.ts';
import { processCluster, type ControllerClient, type NodeClient, type ProcessCluster } from './process-cluster.ts';

const POOL = 'shared.managed';
const NODES = ['left', 'right'] as const;
type NodeName = (typeof NODES)[number];

/** Each overlaps others. */
const PATHS = ['a', 'a/b', 'a/b/c', 'a/d', 'e', 'e/f'];
const CALLERS = 6;

/** The callers go on until the history has this much in it, but not for ever. */
const ENOUGH = { stagings: 25, refusals: 60, changes: 4 };
const LONGEST_MS = 60_000;

/** What a caller can be told when another one has the directory, or somebody was killed. */
const EXPECTED = [
  'OK',
  'FAILED_PRECONDITION',
  'NOT_FOUND',
  'ABORTED',
  'UNAVAILABLE',
  'DEADLINE_EXCEEDED',
  'CANCELLED',
  'INTERNAL',
];

/** Two controllers and two nodes, each a process of its own, with a real API server between them and one directory. */
describe('directories that nodes share', function () {
  this.timeout(180_000);
  let aside: TemporaryDirectory;
  let cluster: ProcessCluster;
  let controllers: ControllerClient[];
  const nodes = new Map<NodeName, NodeClient>();

  const start = async (name: NodeName) => {
    const managedRoots = [{ path: aside.path, shared: true }];
    nodes.set(name, await cluster.startNode(name, { managedRoots, sweepIntervalSeconds: 1 }));
  };
  const nodeOf = (name: NodeName): NodeClient => {
    const node = nodes.get(name);
    if (node === undefined) throw new Error(`node ${name} was never there`);
    return node;
  };

  before(async () => {
    aside = temporaryDirectory('tome-shared-directories');
    for (const path of PATHS) mkdirSync(join(aside.path, path), { recursive: true });
    cluster = await processCluster();
    await Promise.all(NODES.map(start));
    controllers = await Promise.all(['first', 'second'].map((name) => cluster.startController(name)));
    await until(async () => (await cluster.catalog.pools.find(POOL))?.spec.nodes.length === 2);
  });
  after(async () => {
    await cluster.cleanUp();
    await aside.cleanUp();
  });

  it('are one volume each, and written to from one node, whoever asks, acts, and is killed', async () => {
    const outcomes = new Map<string, number>();
    const faults: string[] = [];
    const counts = { stagings: 0, changes: 0 };
    const observer = new DirectoryObserver(cluster.catalog, POOL);
    const began = performance.now();
    const isEnough = () =>
      counts.stagings >= ENOUGH.stagings &&
      counts.changes >= ENOUGH.changes &&
      (outcomes.get('FAILED_PRECONDITION') ?? 0) >= ENOUGH.refusals;
    const isDone = () => isEnough() || performance.now() - began > LONGEST_MS;
    const state = { isOver: false };

    const observing = observe();
    const calling = Promise.all(Array.from({ length: CALLERS }, (_, index) => compete(index)));
    await Promise.all([calling, disturb()]);
    state.isOver = true;
    await observing;

    const seen = JSON.stringify({ ...Object.fromEntries(outcomes), ...counts, ...observer.most });
    expect([...observer.faults], seen).to.deep.equal([]);
    expect(faults, seen).to.deep.equal([]);
    expect(
      [...outcomes.keys()].filter((code) => !EXPECTED.includes(code)),
      seen,
    ).to.deep.equal([]);
    expect(isEnough(), seen).to.equal(true);
    expect(observer.most.staged, seen).to.be.greaterThan(1);
    // What a controller was about to write when it was killed may have come after its caller had it deleted.
    for (const { spec } of await cluster.catalog.volumes.list({ isExact: true })) await deleteSurely(0, spec.name);
    expect(await cluster.catalog.volumes.list({ isExact: true }), 'left in the catalog').to.deep.equal([]);

    async function observe(): Promise<void> {
      while (!state.isOver) {
        await observer.look();
        await delay(5);
      }
    }

    async function compete(index: number): Promise<void> {
      for (let round = 0; !isDone(); round += 1) {
        const turn = round * CALLERS + index;
        const name = `v-${turn}`;
        const path = PATHS[(turn * 7 + round) % PATHS.length] ?? '';
        const isMany = turn % 3 === 2;
        const home = NODES[turn % 2] ?? 'left';
        const parameters = { type: 'managed', hostPath: join(aside.path, path), ...(isMany && { sharing: 'many' }) };
        const volumeCapabilities = [capabilityOf(isMany)];
        const accessibilityRequirements = { requisite: [topologyOf(home)] };
        const wish = volumeRequest(name, { parameters, volumeCapabilities, accessibilityRequirements });
        if ((await ask(turn, (controller) => controller.createVolume(wish))) === undefined) {
          await deleteSurely(turn, name);
          continue;
        }
        await use(turn, name, home, isMany);
        await deleteSurely(turn, name);
      }
    }

    /** Also what may have been made though the answer was lost. */
    async function deleteSurely(turn: number, name: string): Promise<void> {
      const request = { volumeId: volumeId(name) };
      for (
        let again = turn;
        (await ask(again, (controller) => controller.deleteVolume(request))) === undefined;
        again += 1
      ) {
        await delay(50);
      }
    }

    async function use(turn: number, name: string, home: NodeName, isMany: boolean): Promise<void> {
      const other = home === 'left' ? 'right' : 'left';
      await stageSurely(home, name, isMany);
      counts.stagings += 1;
      if (isMany) await stageSurely(other, name, isMany);
      else if ((await stage(other, name, isMany)) === 'OK') faults.push(`${name} of ${home} was staged on ${other}`);
      await delay(20);
      if (!isMany) {
        const request = { volumeId: volumeId(name) };
        const deleted = await ask(turn, (controller) => controller.deleteVolume(request));
        if (deleted !== undefined) faults.push(`${name} was deleted while ${home} shows it`);
      }
      for (const node of [home, other] as const) await unstageSurely(node, name, isMany);
    }

    /** The node that is to have the volume may have been killed, or not have heard of it yet. */
    async function stageSurely(node: NodeName, name: string, isMany: boolean): Promise<void> {
      const end = performance.now() + 30_000;
      for (;;) {
        const code = await stage(node, name, isMany);
        if (code === 'OK') return;
        if (!['UNAVAILABLE', 'NOT_FOUND'].includes(code) || performance.now() > end) {
          faults.push(`${name} cannot be staged on ${node}: ${code}`);
          return;
        }
        await delay(20);
      }
    }

    async function stage(node: NodeName, name: string, isMany: boolean): Promise<string> {
      const places = placesOf(node, name, isMany);
      await mkdir(places.stagingTargetPath, { recursive: true });
      return await nodeOf(node)
        .nodeStageVolume({ ...places, volumeCapability: capabilityOf(isMany) })
        .then(() => 'OK', codeOf);
    }

    async function unstageSurely(node: NodeName, name: string, isMany: boolean): Promise<void> {
      while (
        (await nodeOf(node)
          .nodeUnstageVolume(placesOf(node, name, isMany))
          .then(() => 'OK', codeOf)) !== 'OK'
      ) {
        await delay(20);
      }
    }

    async function ask<T>(turn: number, call: (controller: ControllerClient) => Promise<T>): Promise<T | undefined> {
      const controller = controllers[turn % controllers.length];
      if (controller === undefined) throw new Error('there are no controllers');
      try {
        const answer = await call(controller);
        note('OK');
        return answer;
      } catch (error) {
        const code = codeOf(error);
        note(code);
        if (code === 'UNAVAILABLE') await delay(50);
        return undefined;
      }
    }

    function note(code: string): void {
      outcomes.set(code, (outcomes.get(code) ?? 0) + 1);
    }

    /** The agent that acts is taken for silent while it lives, then killed; one controller is killed in between. */
    async function disturb(): Promise<void> {
      for (let round = 0; !isDone(); round += 1) {
        await delay(1_500);
        const acting = await actingNode();
        const isKilled = round % 4 === 3;
        if (isKilled) await cluster.kill(acting);
        if (round === 4) {
          await cluster.kill('first');
          controllers = [await cluster.startController('first'), ...controllers.slice(1)];
        }
        const end = performance.now() + 15_000;
        while ((await actingNode()) === acting && performance.now() < end) {
          const heartbeat = new Date(Date.now() - 120_000).toISOString();
          await modifyStatus(cluster.catalog.pools, POOL, (pool) => ({ ...pool.status, heartbeat }));
          await delay(20);
        }
        if ((await actingNode()) !== acting) counts.changes += 1;
        if (isKilled) await start(acting);
      }
    }
  });

  async function actingNode(): Promise<NodeName> {
    const pool = await cluster.catalog.pools.find(POOL);
    return pool?.spec.agent === 'right' ? 'right' : 'left';
  }

  function placesOf(node: NodeName, name: string, isMany: boolean) {
    const id = volumeId(name);
    return { volumeId: id, stagingTargetPath: cluster.at(node, 'kubelet/stage', `${isMany ? SHARED : ''}${id}`) };
  }
});

function capabilityOf(isMany: boolean) {
  return mount(isMany ? 'MULTI_NODE_MULTI_WRITER' : 'SINGLE_NODE_WRITER');
}

function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'number' ? (status[code] ?? String(code)) : String(error);
}
