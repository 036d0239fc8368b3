import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { groupId, memberSnapshotId, volumeId } from '../../src/domain/ids.ts';
import { linuxHost } from '../../src/host/linux-host.ts';
import { backingFile } from '../support/backing-file.ts';
import { DriverProcesses } from '../support/driver-process.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { Orchestrator } from './crash-orchestrator.ts';
import { GROUP, NAME } from './crash-place.ts';
import { useCrashPlace } from './crash-scenario.ts';

const host = linuxHost();

describe('A start, killed after every step', function () {
  this.timeout(300_000);
  const { killInTheStart } = useCrashPlace();

  it('the first of all: the pool is made once', async () => {
    const directory = temporaryDirectory('tome-crash');
    const processes = await DriverProcesses.load(directory.path);
    try {
      for (let point = 1; ; point += 2) {
        const work = join(directory.path, String(point));
        await mkdir(work);
        const isAlive = (await processes.start(work, point)) !== undefined;
        if (isAlive) {
          expect(point).to.be.above(10);
          break;
        }
        await expectNewPool(processes, work, `point ${point}`);
      }
    } finally {
      await processes.close();
      await directory.cleanUp();
    }
  });

  async function expectNewPool(processes: DriverProcesses, work: string, what: string): Promise<void> {
    const driver = await processes.start(work);
    if (driver === undefined) throw new Error(`no start after death at ${what}`);
    const { clients } = driver;
    expect(await clients.identity.probe({}), what).to.deep.include({ ready: { value: true } });
    const co = new Orchestrator(work, () => clients);
    await co.createVolume(NAME);
    await co.deleteVolume(NAME);
    const files = (await readdir(clients.stateDir)).filter((name) => !name.startsWith('catalog.db')).sort();
    expect(files, what).to.deep.equal(['csi.sock', 'pool', 'pool.img', 'pools']);
    expect(await readdir(join(clients.stateDir, 'pools')), what).to.deep.equal(['default.json']);
    const loops = (await host.loops.list()).filter((loop) => backingFile(loop)?.startsWith(`${work}/`));
    expect(loops, what).to.have.length(1);
    await driver.kill();
  }

  it('while volumes are frozen', () =>
    killInTheStart(
      {
        call: ({ co }) => co.createGroup(GROUP, ['mounted', 'other']),
        undo: ({ co }) => co.deleteGroup(GROUP, ['mounted', 'other']),
      },
      (step) => step.startsWith('mounts.freeze'),
    ));

  it('while a group snapshot is half shown', () =>
    killInTheStart(
      {
        call: ({ co }) => co.createGroup(GROUP, ['idle', 'raw']),
        undo: ({ co }) => co.deleteGroup(GROUP, ['idle', 'raw']),
      },
      (step) => step.startsWith('files.move') && step.includes(memberSnapshotId(groupId(GROUP), volumeId('idle'))),
    ));

  it('while a volume is on its way out', () =>
    killInTheStart(
      {
        prepare: ({ co }) => co.createVolume(NAME),
        call: ({ co }) => co.deleteVolume(NAME),
        undo: ({ co }) => co.deleteVolume(NAME),
      },
      (step) => step.startsWith('files.move'),
    ));
});
