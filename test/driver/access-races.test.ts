import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import { openSqliteCatalog } from '../../src/catalog/sqlite/open-sqlite-catalog.ts';
import { modify } from '../../src/catalog/modify.ts';
import { poolResourceId, registerPool } from '../../src/agent/register-pool.ts';
import type { AccessMode } from '../../src/domain/access.ts';
import { MiB } from '../../src/domain/sizes.ts';
import { linuxHost } from '../../src/host/linux-host.ts';
import { mount, volumeRequest } from '../support/controller.ts';
import { useDriver } from '../support/use-driver.ts';
import { refusalOf } from '../support/refusal.ts';
import { History } from './history.ts';

const NODES = Array.from({ length: 8 }, (_, index) => `node-${index + 1}`);
const ROUNDS = 60;
/** How long callers go on at most when chance let few writers in. */
const MOST_ROUNDS = 600;
/** Fewer would prove little. */
const ENOUGH_WRITERS = 20;
const MODES: readonly AccessMode[] = ['SINGLE_NODE_WRITER', 'SINGLE_NODE_MULTI_WRITER', 'MULTI_NODE_READER_ONLY'];

/** What a caller can be told: it lost to another one, gave up itself, or the driver was not there. */
const EXPECTED = ['OK', 'FAILED_PRECONDITION', 'ALREADY_EXISTS', 'CANCELLED', 'DEADLINE_EXCEEDED', 'UNAVAILABLE'];

describe('nodes that race for one volume', function () {
  this.timeout(120_000);
  const driver = useDriver();
  let ready: Promise<void>;
  let volumeId: string;
  let history: History;
  let outcomes: Map<string, number>;

  beforeEach(async () => {
    await driver.close();
    await registerNodes(driver.stateDir, NODES);
    await driver.start();
    ready = Promise.resolve();
    const capacityRange = { requiredBytes: 16 * MiB };
    const { volume } = await driver.controller.createVolume(volumeRequest('contested', { capacityRange }));
    volumeId = volume?.volumeId ?? '';
    history = new History();
    outcomes = new Map();
  });

  it('never hold it beside a writer, through cancelled calls and a restart of the driver', async () => {
    const done = { callers: false };
    const observer = watchUntil(() => done.callers);
    const callers = NODES.map((nodeId, index) => compete(nodeId, index));
    await waitFor(() => history.holds.length > 60);
    await restart();
    await Promise.all(callers);
    done.callers = true;
    await observer;

    expect(history.violations()).to.deep.equal([]);
    expect([...outcomes.keys()].filter((code) => !EXPECTED.includes(code))).to.deep.equal([]);
    const counts = JSON.stringify([...outcomes]);
    expect(outcomes.get('FAILED_PRECONDITION') ?? 0, counts).to.be.above(50);
    expect(outcomes.get('CANCELLED') ?? 0, counts).to.be.above(5);
    expect(soleWriters(), counts).to.be.above(ENOUGH_WRITERS);
    expect(history.most('reader'), counts).to.be.above(1);
    expect(history.sightings.length).to.be.above(50);
    const left = await driver.controller.controllerGetVolume({ volumeId });
    expect(left.status?.publishedNodeIds).to.deep.equal([]);
  });

  it('keep what they hold when the driver restarts', async () => {
    const writing = { volumeId, nodeId: 'node-3', volumeCapability: mount() };
    await driver.controller.controllerPublishVolume(writing);
    await restart();
    await driver.controller.controllerPublishVolume(writing);
    const refusal = await refusalOf(driver.controller.controllerPublishVolume({ ...writing, nodeId: 'node-4' }));
    expect(refusal).to.include({ code: 'FAILED_PRECONDITION' });
    expect(refusal.message).to.contain('node-3');
  });

  /** Attaches and detaches again and again, as an orchestrator does for its node: it always detaches before it asks for another way. */
  async function compete(nodeId: string, index: number): Promise<void> {
    for (let round = 0; round < ROUNDS || (soleWriters() <= ENOUGH_WRITERS && round < MOST_ROUNDS); round += 1) {
      // Writers would hardly ever get a turn among so many readers; for a while there are none but writers.
      const mode = MODES[(index + round * 5) % (Math.floor(round / 10) % 2 === 0 ? 2 : 3)] ?? 'SINGLE_NODE_WRITER';
      const readonly = round % 10 === 9;
      const isReader = readonly || mode === 'MULTI_NODE_READER_ONLY';
      const request = { volumeId, nodeId, readonly, volumeCapability: mount(mode) };
      // Some callers give up at once, some a moment later, and some ask twice.
      const options = round % 5 === 3 ? { timeout: 1 } : round % 7 === 2 ? { signal: soon() } : {};
      const twin = round % 6 === 1 ? codeOf(driver.controller.controllerPublishVolume(request)) : Promise.resolve();
      const code = await codeOf(driver.controller.controllerPublishVolume(request, options));
      await twin;
      const end = code === 'OK' ? history.begin(nodeId, isReader ? 'reader' : 'sole-writer') : undefined;
      for (let turn = 0; turn < (index + round) % 5; turn += 1) await driver.identity.probe({}).catch(() => undefined);
      end?.();
      while ((await codeOf(driver.controller.controllerUnpublishVolume({ volumeId, nodeId }))) !== 'OK') await ready;
    }
  }

  function soleWriters(): number {
    return history.holds.filter(({ how }) => how === 'sole-writer').length;
  }

  async function watchUntil(isDone: () => boolean): Promise<void> {
    while (!isDone()) {
      await history
        .look(async () => {
          const seen = await driver.controller.controllerGetVolume({ volumeId });
          return seen.status?.publishedNodeIds ?? [];
        })
        .catch(() => ready);
    }
  }

  function restart(): Promise<void> {
    const again = async (): Promise<void> => {
      await driver.close();
      await driver.start();
    };
    ready = again();
    return ready;
  }

  async function codeOf(call: Promise<unknown>): Promise<string> {
    const code = await call.then(() => 'OK', nameOf);
    outcomes.set(code, (outcomes.get(code) ?? 0) + 1);
    if (code === 'UNAVAILABLE') await ready;
    return code;
  }
});

/** A client that was closed for the restart throws without a code. */
function nameOf(error: unknown): string {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : status.UNAVAILABLE;
  return typeof code === 'number' ? (status[code] ?? String(code)) : String(error);
}

/** What more nodes of a cluster would do when they register at a pool that all of them reach. */
async function registerNodes(stateDir: string, nodes: readonly string[]): Promise<void> {
  const catalog = await openSqliteCatalog({ path: join(stateDir, 'catalog.db'), sync: linuxHost().files });
  await registerPool(catalog, 'node-1', 'default');
  await modify(catalog.pools, poolResourceId('node-1', 'default'), ({ spec }) => ({ ...spec, nodes: [...nodes] }));
  await catalog.close();
}

function soon(): AbortSignal {
  const giveUp = new AbortController();
  setImmediate(() => {
    giveUp.abort();
  });
  return giveUp.signal;
}

async function waitFor(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
}
