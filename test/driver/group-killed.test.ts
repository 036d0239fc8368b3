import { join } from 'node:path';
import { expect } from 'chai';
import type { Writer } from '../pool/counting.ts';
import { DriverProcesses, type DriverProcess } from '../support/driver-process.ts';
import type { Step } from '../support/kill-points.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';
import { CountedApplication, disorder, type Kind } from './counted-application.ts';
import { untilDone } from './crash-orchestrator.ts';

/** After the first and after the last of each: what is frozen, copied, or decided then is another thing each time. */
const MOMENTS = [/^files\.write .*freezing/, /^mounts\.freeze/, /^images\.reflink/, /^mounts\.thaw/, /^files\.move/];

const APPLICATIONS: readonly (readonly [what: string, kinds: readonly Kind[]])[] = [
  ['filesystems', ['ext4', 'xfs', 'ext4', 'ext4', 'ext4', 'ext4', 'ext4', 'xfs']],
  ['and block devices', ['block', 'ext4', 'block', 'ext4', 'block', 'ext4', 'block', 'ext4']],
];

describe('a driver that is killed in a group snapshot of volumes that are stamped in turn', function () {
  this.timeout(240_000);
  let directory: TemporaryDirectory;
  let processes: DriverProcesses;
  let driver: DriverProcess;
  let writer: Writer | undefined;

  const work = () => join(directory.path, 'work');

  beforeEach(async () => {
    directory = temporaryDirectory('tome-group-killed');
    processes = await DriverProcesses.load(directory.path);
    await start();
  });
  afterEach(async () => {
    // A writer that is held up by a frozen filesystem ends only when a start has thawed it.
    await driver.kill();
    await start();
    await writer?.stop();
    writer = undefined;
    await driver.kill();
    await processes.close();
    await directory.cleanUp();
  });

  async function start(): Promise<void> {
    const started = await processes.start(work());
    if (started === undefined) throw new Error('the driver died as it started');
    driver = started;
  }

  for (const [what, kinds] of APPLICATIONS) {
    it(`has the group at one moment when the call is repeated, and the writer goes on (${what})`, async () => {
      const application = new CountedApplication(work(), () => driver.clients, kinds);
      const { co, volumes } = application;
      const counting = (writer = await application.start());
      await driver.arm(undefined);
      await co.createGroup('undisturbed', volumes);
      const points = pointsOf((await driver.idle()) ?? []);
      expect(points, 'points to die at').to.have.length.above(MOMENTS.length);
      await co.deleteGroup('undisturbed', volumes);

      let deaths = 0;
      for (const point of points) {
        await driver.arm(point);
        await co.createGroup('cut', volumes).catch(() => undefined);
        if ((await driver.idle()) === undefined) deaths += 1;
        await driver.kill();
        await start();
        await counting.reached(counting.acknowledged() + 5);
        await untilDone(() => co.createGroup('cut', volumes));
        expect(disorder(await application.countsIn('cut')), `point ${point}`).to.equal(undefined);
        await co.deleteGroup('cut', volumes);
      }
      // Where block devices are copied again there are more steps at one time than at another.
      expect(deaths).to.be.at.least(points.length - 2);
    });
  }
});

function pointsOf(steps: readonly Step[]): readonly number[] {
  const indices = MOMENTS.flatMap((moment) => [
    steps.findIndex(({ label }) => moment.test(label)),
    steps.findLastIndex(({ label }) => moment.test(label)),
  ]);
  const found = new Set(indices.filter((index) => index !== -1));
  return [...found].sort((a, b) => a - b).map((index) => 2 * index + 1);
}
