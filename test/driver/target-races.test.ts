import { chmod, chown, mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import type { AccessMode } from '../../src/domain/access.ts';
import { MiB } from '../../src/domain/sizes.ts';
import { block, mount, volumeRequest } from '../support/controller.ts';
import { startDriver, type TestDriver } from '../support/driver.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';
import { History, type Holding } from './history.ts';

const CALLERS = 10;
const ROUNDS = 24;

const HOLDINGS: Readonly<Record<string, Holding>> = {
  SINGLE_NODE_SINGLE_WRITER: 'sole-writer',
  SINGLE_NODE_MULTI_WRITER: 'shared-writer',
  MULTI_NODE_READER_ONLY: 'reader',
};
const MODES: readonly AccessMode[] = [
  'SINGLE_NODE_SINGLE_WRITER',
  'SINGLE_NODE_MULTI_WRITER',
  'MULTI_NODE_READER_ONLY',
];

for (const kind of ['filesystem', 'block', 'managed'] as const) {
  describe(`target paths that race for one ${kind} volume`, function () {
    this.timeout(120_000);
    const capability = (mode: AccessMode) => (kind === 'block' ? block(mode) : mount(mode));
    let directory: TemporaryDirectory;
    let driver: TestDriver;
    let volumeId: string;
    let history: History;
    let outcomes: Map<string, number>;
    const at = (...names: string[]): string => join(directory.path, ...names);

    beforeEach(async () => {
      directory = temporaryDirectory();
      for (const name of ['stagings', 'targets', 'root', 'root/v']) await mkdir(at(name));
      driver = await startDriver(directory.path, kind === 'managed' ? { managedRoots: [{ path: at('root') }] } : {});
      for (const name of ['one', 'two']) await mkdir(at('stagings', name));
      await chmod(directory.path, 0o755);
      await chown(at('root/v'), 4321, 4321);
      const volumeCapabilities = [capability('SINGLE_NODE_WRITER')];
      const parameters = { type: 'managed', hostPath: at('root/v'), uid: '4321', gid: '4321' };
      const changes = { volumeCapabilities, ...(kind === 'managed' ? { parameters } : size) };
      const { volume } = await driver.controller.createVolume(volumeRequest('v', changes));
      volumeId = volume?.volumeId ?? '';
      history = new History();
      outcomes = new Map();
    });

    afterEach(async () => {
      await driver.close();
      await directory.cleanUpUnused();
    });

    it('never shows a writer beside anybody whom it excludes, and readers cannot write', async () => {
      const done = { callers: false };
      const observer = watchUntil(() => done.callers);
      const failures: unknown[] = [];
      for (let round = 0; round < ROUNDS && failures.length === 0; round += 1) {
        const calls = Array.from({ length: CALLERS }, (_, index) => compete(index, round));
        for (const end of await Promise.allSettled(calls)) if (end.status === 'rejected') failures.push(end.reason);
      }
      done.callers = true;
      await observer;
      expect(failures.map(String)).to.deep.equal([]);
      for (const name of ['one', 'two']) {
        await driver.node.nodeUnstageVolume({ volumeId, stagingTargetPath: at('stagings', name) });
      }

      expect(history.violations()).to.deep.equal([]);
      const counts = JSON.stringify([...outcomes]);
      const known = ['OK', 'FAILED_PRECONDITION', 'ALREADY_EXISTS', 'CANCELLED', 'DEADLINE_EXCEEDED'];
      expect([...outcomes.keys()].filter((code) => !known.includes(code))).to.deep.equal([]);
      for (const how of ['reader', 'shared-writer', 'sole-writer'] as const) {
        expect(history.most(how), `${how} ${counts}`).to.be.at.least(how === 'sole-writer' ? 1 : 2);
      }
      expect(outcomes.get('FAILED_PRECONDITION') ?? 0, counts).to.be.above(20);
      expect(history.sightings.length).to.be.above(50);
    });

    /** Stages, publishes, uses, and undoes it. In every other round all want the same, so that each way has its turn. */
    async function compete(index: number, round: number): Promise<void> {
      const name = `target-${index}`;
      const targetPath = at('targets', name);
      const isTogether = round % 2 === 0;
      const mode = MODES[(isTogether ? round / 2 : index + round) % MODES.length] ?? 'SINGLE_NODE_WRITER';
      const stagingTargetPath = at('stagings', index % 2 === 0 || isTogether ? 'one' : 'two');
      const use = { volumeId, stagingTargetPath, volumeCapability: capability(mode) };
      const impatient = (index + round) % 8 === 0 ? { timeout: 2 } : {};
      await codeOf(driver.node.nodeStageVolume(use, impatient));
      if ((await codeOf(driver.node.nodePublishVolume({ ...use, targetPath }, impatient))) === 'OK') {
        const how = HOLDINGS[mode] ?? 'sole-writer';
        const end = history.begin(name, how);
        await useTarget(targetPath, how);
        for (let turn = 0; turn < 8; turn += 1) await driver.identity.probe({});
        end();
      }
      await driver.node.nodeUnpublishVolume({ volumeId, targetPath });
      await codeOf(driver.node.nodeUnstageVolume({ volumeId, stagingTargetPath }));
    }

    /** What a pod would do: the kernel itself must keep readers from writing. */
    async function useTarget(path: string, how: Holding): Promise<void> {
      const write = kind === 'block' ? writeDevice(path) : writeFile(join(path, basename(path)), path);
      const failure = await write.then(
        () => undefined,
        (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
      );
      if (how === 'reader') expect(['EROFS', 'EACCES', 'EPERM']).to.include(failure);
      else expect(failure).to.equal(undefined);
    }

    async function writeDevice(path: string): Promise<void> {
      const device = await open(path, 'r+');
      try {
        await device.write(Buffer.alloc(4096, 1), 0, 4096, 0);
        await device.sync();
      } finally {
        await device.close();
      }
    }

    /** Which targets the kernel shows: one read of mountinfo is one moment. */
    async function watchUntil(isDone: () => boolean): Promise<void> {
      const folder = `${at('targets')}/`;
      while (!isDone()) {
        await history.look(async () => {
          const lines = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n');
          const targets = lines.map((line) => line.split(' ')[4] ?? '').filter((path) => path.startsWith(folder));
          return targets.map((path) => basename(path));
        });
        await new Promise((resolve) => setImmediate(resolve));
      }
    }

    async function codeOf(call: Promise<unknown>): Promise<string> {
      const code = await call.then(
        () => 'OK',
        (error: unknown) => {
          const number: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
          return typeof number === 'number' ? (status[number] ?? String(number)) : String(error);
        },
      );
      outcomes.set(code, (outcomes.get(code) ?? 0) + 1);
      return code;
    }
  });
}

const size = { capacityRange: { requiredBytes: 16 * MiB } };
