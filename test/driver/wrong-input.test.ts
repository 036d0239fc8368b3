import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { methodsOf, type Method, type ServiceName } from '../../src/csi/server/load-services.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';
import { startProcess, type StandaloneProcess } from '../support/standalone-process.ts';
import { RawCaller, rawRequests } from './raw-caller.ts';
import { makeWorld, type World } from './world.ts';

const REQUESTS = Number(process.env['TOME_RANDOM_REQUESTS'] ?? 10_000);
const IN_FLIGHT = 50;

const services: readonly { service: ServiceName; requests: number }[] = [
  { service: 'csi.v1.Identity', requests: REQUESTS },
  { service: 'csi.v1.Controller', requests: REQUESTS },
  { service: 'csi.v1.GroupController', requests: REQUESTS },
  { service: 'csi.v1.Node', requests: REQUESTS },
  { service: 'tome.v1.Admin', requests: REQUESTS / 10 },
  { service: 'tome.v1.Schedules', requests: REQUESTS },
];

/** What the specification has for wrong input, and what a caller may meet who is not alone. */
const ANSWERS = [
  'OK',
  'INVALID_ARGUMENT',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
];

describe('random requests', function () {
  this.timeout(120_000);
  let directory: TemporaryDirectory;
  let outside: TemporaryDirectory;
  let driver: StandaloneProcess;
  let caller: RawCaller;
  let world: World;

  before(async () => {
    directory = temporaryDirectory();
    outside = temporaryDirectory('tome-outside');
    const root = join(directory.path, 'root');
    await mkdir(root);
    const backing = { file: join(directory.path, 'pool.img'), size: '2Gi', thin: true };
    const pools = [{ name: 'default', path: join(directory.path, 'state/pool'), backing }];
    driver = await startProcess(directory.path, { allowedRoots: [root], logLevel: 'silent', pools });
    caller = new RawCaller(driver.socket);
    world = await makeWorld(driver, root, outside.path);
  });

  after(async () => {
    caller.close();
    await driver.close();
    await outside.cleanUpUnused();
    await directory.cleanUpUnused();
  });

  for (const { service, requests } of services) {
    for (const method of methodsOf(service)) {
      it(`are answered as the specification says by ${service} ${method.name}`, async () => {
        await world.fill();
        const codes = await sendAll(method, requests);
        expect(driver.isUp()).to.equal(true);
        expect(await driver.identity.probe({})).to.deep.equal({ ready: { value: true } });
        expect(codes.get('OK') ?? 0, JSON.stringify([...codes])).to.be.above(requests / 200);
        expect(await world.strayMounts()).to.deep.equal([]);
        await world.clear();
        await expectConsistent();
      });
    }
  }

  async function sendAll(method: Method, requests: number): Promise<ReadonlyMap<string, number>> {
    const codes = new Map<string, number>();
    const batch = fc.array(rawRequests(method, world.words), { minLength: IN_FLIGHT, maxLength: IN_FLIGHT });
    // What is deleted is made again for the next batch; what is made stays for a while, so that more is there already.
    const batches = { done: 0 };
    const createsSchedules = method.name === 'CreateSchedule';
    const tidyEvery = createsSchedules ? 4 : method.name.startsWith('Create') ? 40 : Infinity;
    const fillEvery = /^Delete|Unstage|Unpublish/.test(method.name) ? 4 : Infinity;
    const expected = method.requestType.fieldsArray.length === 0 ? ['OK'] : ANSWERS;
    const property = fc.asyncProperty(batch, async (calls) => {
      const answers = await Promise.all(calls.map((request) => caller.call(method, request)));
      for (const [index, { code, details }] of answers.entries()) {
        const what = `${code} (${details}) for ${JSON.stringify(calls[index]?.message)}`;
        if (!expected.includes(code)) throw new Error(what);
        codes.set(code, (codes.get(code) ?? 0) + 1);
      }
      batches.done += 1;
      if (batches.done % tidyEvery === 0) await world.tidy();
      if (batches.done % fillEvery === 0) await world.fill();
    });
    await fc.assert(property, { numRuns: Math.ceil(requests / IN_FLIGHT), endOnFailure: true });
    return codes;
  }

  /** Nothing is left in the pool and beside it, and nobody else's files were touched. */
  async function expectConsistent(): Promise<void> {
    for (const folder of ['volumes', 'snapshots', 'groups', 'staging', 'freezing']) {
      expect(await readdir(join(driver.poolPath, folder)), folder).to.deep.equal([]);
    }
    expect(await driver.controller.listVolumes({})).to.deep.equal({ entries: [], nextToken: '' });
    expect((await readdir(outside.path)).sort()).to.deep.equal(['empty', 'file', 'nothing']);
    expect(await readFile(join(outside.path, 'file'), 'utf8')).to.equal('precious');
    const root = join(directory.path, 'root');
    expect(await readFile(join(root, 'file'), 'utf8')).to.equal('precious');
    expect(await readFile(join(root, 'full/file'), 'utf8')).to.equal('precious');
  }
});
