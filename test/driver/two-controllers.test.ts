import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { modify } from '../../src/catalog/modify.ts';
import { volumeId as idOf } from '../../src/domain/ids.ts';
import { topologyOf } from '../../src/domain/topology.ts';
import { mount, volumeRequest } from '../support/controller.ts';
import { History } from './history.ts';
import { processCluster, type ControllerClient, type NodeClient, type ProcessCluster } from './process-cluster.ts';

const contested = idOf('contested');

const MACHINES = ['left', 'right'];
/** Each pool is also said to be reached from a machine that is not there, so that two nodes can want one volume. */
const NODES = ['left', 'right', 'left-beside', 'right-beside'];

/** The callers go on until the history has this much in it, but not for ever. */
const ENOUGH = { holds: 50, makings: 12, stagings: 15, refusals: 30 };
const LONGEST_MS = 35_000;

/** What a caller can be told when it loses, or somebody was killed; INVALID_ARGUMENT of a making that is gone. */
const EXPECTED = [
  'OK',
  'INVALID_ARGUMENT',
  'FAILED_PRECONDITION',
  'ALREADY_EXISTS',
  'NOT_FOUND',
  'ABORTED',
  'UNAVAILABLE',
  'DEADLINE_EXCEEDED',
  'CANCELLED',
];

/** Two controllers and two nodes, each a process of its own, with a real API server between them. */
describe('two controllers at once', function () {
  this.timeout(120_000);
  let cluster: ProcessCluster;
  let controllers: readonly ControllerClient[];
  let nodes: ReadonlyMap<string, NodeClient>;

  before(async () => {
    cluster = await processCluster();
    const started = MACHINES.map(async (name) => [name, await cluster.startNode(name)] as const);
    nodes = new Map(await Promise.all(started));
    controllers = await Promise.all(['first', 'second'].map((name) => cluster.startController(name)));
    for (const name of MACHINES) {
      const reached = { nodes: [name, `${name}-beside`] };
      await modify(cluster.catalog.pools, `${name}.default`, ({ spec }) => ({ ...spec, ...reached }));
    }
  });
  after(() => cluster.cleanUp());

  it('never let two have one volume, nor make it twice, while callers make, attach and delete it', async () => {
    const grants = new History();
    /** Which making of the volume was there for certain: there is never more than one. */
    const makings = new History();
    const written = new Set<string>();
    const outcomes = new Map<string, number>();
    const faults: string[] = [];
    const counts = { stagings: 0 };
    const began = performance.now();

    const isEnough = () =>
      grants.holds.length > ENOUGH.holds &&
      new Set(makings.holds.map(({ holder }) => holder)).size > ENOUGH.makings &&
      counts.stagings > ENOUGH.stagings &&
      (outcomes.get('FAILED_PRECONDITION') ?? 0) > ENOUGH.refusals;
    const isDone = () => isEnough() || performance.now() - began > LONGEST_MS;

    await Promise.all([...NODES.map((node, index) => compete(node, index)), disturb()]);

    const seen = JSON.stringify({ ...Object.fromEntries(outcomes), ...counts, holds: grants.holds.length });
    expect(faults, seen).to.deep.equal([]);
    expect(grants.violations(), seen).to.deep.equal([]);
    expect(makings.violations(), seen).to.deep.equal([]);
    expect(
      [...outcomes.keys()].filter((code) => !EXPECTED.includes(code)),
      seen,
    ).to.deep.equal([]);
    expect(isEnough(), seen).to.equal(true);
    await deleteAtLast();
    // A list here is as late as the watch behind it.
    expect(await cluster.catalog.volumes.find(contested), 'left in the catalog').to.equal(undefined);
    for (const name of MACHINES) expect(await readdir(cluster.at(name, 'pool/volumes')), name).to.deep.equal([]);

    /** As an orchestrator for its node, which is told by whichever controller it happens to reach. */
    async function compete(nodeId: string, index: number): Promise<void> {
      for (let round = index; !isDone(); round += 1) {
        const wish = volumeRequest('contested', {
          capacityRange: { requiredBytes: 16 * 1024 ** 2 },
          ...(round % 3 === 0 && { accessibilityRequirements: { requisite: [topologyOf(nodeId)] } }),
        });
        const made = await ask(round, (controller, options) => controller.createVolume(wish, options));
        if (!made?.volume) continue;
        const { volumeId, volumeContext } = made.volume;
        await use(nodeId, round, volumeId, volumeContext);
        if (round % 2 === 0) {
          await ask(round + 1, (controller, options) => controller.deleteVolume({ volumeId }, options));
        }
      }
    }

    async function use(nodeId: string, round: number, volumeId: string, context: Readonly<Record<string, string>>) {
      const readonly = round % 5 === 4;
      const request = { volumeId, nodeId, readonly, volumeContext: context, volumeCapability: mount() };
      const granted = await ask(round, (controller, options) => controller.controllerPublishVolume(request, options));
      if (granted !== undefined) {
        const ends = [
          grants.begin(nodeId, readonly ? 'reader' : 'sole-writer'),
          makings.begin(context['uuid'] ?? '', 'sole-writer'),
        ];
        const node = nodes.get(nodeId);
        if (node !== undefined && !readonly) await write(node, nodeId, volumeId, context);
        for (const end of ends) end();
      }
      // Also when nobody knows whether it was granted.
      const release = { volumeId, nodeId };
      while ((await ask(round, (controller) => controller.controllerUnpublishVolume(release))) === undefined) {
        await delay(5);
      }
    }

    /** What was written into a making of the volume is there whenever it is attached again, and in no other making. */
    async function write(
      node: NodeClient,
      name: string,
      volumeId: string,
      volumeContext: Readonly<Record<string, string>>,
    ) {
      const uuid = volumeContext['uuid'] ?? '';
      const places = {
        stagingTargetPath: cluster.at(name, 'kubelet/staging'),
        targetPath: cluster.at(name, 'kubelet/pods/target'),
      };
      const request = { volumeId, volumeContext, volumeCapability: mount(), ...places };
      const staged = await insist(() => node.nodeStageVolume(request), 'stage');
      if (!staged) return;
      if (await insist(() => node.nodePublishVolume(request), 'publish')) {
        const file = join(places.targetPath, 'uuid');
        const present = await readFile(file, 'utf8').catch(() => undefined);
        const expected = written.has(uuid) ? uuid : undefined;
        if (present !== expected) faults.push(`${uuid} holds ${String(present)}, and ${String(expected)} was written`);
        await writeFile(file, uuid);
        written.add(uuid);
        counts.stagings += 1;
      }
      await insist(() => node.nodeUnpublishVolume(request), 'unpublish');
      await insist(() => node.nodeUnstageVolume(request), 'unstage');
    }

    /** A node is killed now and then; whoever has the volume must succeed in the end. */
    async function insist(call: () => Promise<unknown>, what: string): Promise<boolean> {
      for (;;) {
        const code = await call().then(() => 'OK', codeOf);
        if (code === 'OK') return true;
        if (code !== 'UNAVAILABLE') {
          faults.push(`${what} of a volume that was granted: ${code}`);
          return false;
        }
        await delay(50);
      }
    }

    /** Undefined when it was refused. Some give up soon, and some ask both controllers, as two who both believe to lead. */
    async function ask<T>(
      turn: number,
      call: (controller: ControllerClient, options?: { timeout: number }) => Promise<T>,
    ): Promise<T | undefined> {
      const [one, other] = turn % 2 === 0 ? controllers : controllers.toReversed();
      if (one === undefined || other === undefined) throw new Error('there are no controllers');
      const options = { timeout: turn % 7 === 3 ? 15 : 20_000 };
      const twin = turn % 4 === 1 ? call(other, options).catch(() => undefined) : undefined;
      const [first] = await Promise.allSettled([call(one, options), twin]);
      const code = first.status === 'fulfilled' ? 'OK' : codeOf(first.reason);
      outcomes.set(code, (outcomes.get(code) ?? 0) + 1);
      if (code === 'UNAVAILABLE') await delay(50);
      return first.status === 'fulfilled' ? first.value : undefined;
    }

    /** One controller, then one node is killed in the middle of it all, and comes back. */
    async function disturb(): Promise<void> {
      await until(() => grants.holds.length > 5);
      await cluster.kill('first');
      const first = await cluster.startController('first');
      controllers = [first, ...controllers.slice(1)];
      await until(() => grants.holds.length > 12);
      await cluster.kill('left');
      nodes = new Map([...nodes, ['left', await cluster.startNode('left')]]);
    }

    async function until(isTrue: () => boolean): Promise<void> {
      while (!isTrue() && !isDone()) await delay(20);
    }

    async function deleteAtLast(): Promise<void> {
      const request = { volumeId: contested };
      for (let turn = 0; (await cluster.catalog.volumes.find(contested)) !== undefined; turn += 2) {
        // A grant that was on its way when its caller gave up may have come after that one took it back.
        await ask(turn, (controller) => controller.controllerUnpublishVolume(request));
        await ask(turn, (controller) => controller.deleteVolume(request));
      }
    }
  });
});

function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'number' ? (status[code] ?? String(code)) : String(error);
}
