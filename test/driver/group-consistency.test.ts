import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { volumeId } from '../../src/domain/ids.ts';
import type { Host } from '../../src/host/host.ts';
import { linuxHost } from '../../src/host/linux-host.ts';
import type { Writer } from '../pool/counting.ts';
import { startDriver, type TestDriver } from '../support/driver.ts';
import { refusalOf } from '../support/refusal.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';
import { CountedApplication, disorder, type Kind } from './counted-application.ts';

const MEMBERS = 8;
const ROUNDS = 5;

const all = (kind: Kind): readonly Kind[] => Array.from({ length: MEMBERS }, () => kind);
const APPLICATIONS: readonly (readonly [what: string, kinds: readonly Kind[]])[] = [
  ['ext4', all('ext4')],
  ['xfs', all('xfs')],
  ['block devices', all('block')],
  ['all of them', ['block', 'ext4', 'xfs', 'block', 'ext4', 'block', 'xfs', 'block']],
];

describe('a group snapshot of volumes that are stamped in turn', function () {
  this.timeout(120_000);
  let directory: TemporaryDirectory;
  let driver: TestDriver;
  let application: CountedApplication;
  let writer: Writer | undefined;

  beforeEach(() => {
    directory = temporaryDirectory('tome-group');
  });
  afterEach(async () => {
    await writer?.stop();
    writer = undefined;
    await driver.close();
    await directory.cleanUp();
  });

  async function start(kinds: readonly Kind[], host?: Host): Promise<Writer> {
    const stateDir = join(directory.path, 'state');
    const backing = { file: join(stateDir, 'pool.img'), size: '16Gi', thin: true };
    const pools = [{ name: 'default', path: join(stateDir, 'pool'), backing }];
    driver = await startDriver(directory.path, { pools }, host);
    application = new CountedApplication(directory.path, () => driver, kinds);
    writer = await application.start();
    return writer;
  }

  for (const [what, kinds] of APPLICATIONS) {
    it(`is one moment, again and again (${what})`, async () => {
      const counting = await start(kinds);
      for (let round = 1; round <= ROUNDS; round++) {
        const name = `cut-${round}`;
        const before = counting.acknowledged();
        await application.co.createGroup(name, application.volumes);
        const after = counting.acknowledged() + 1;
        const counts = await application.countsIn(name);
        expect(disorder(counts), name).to.equal(undefined);
        expect(counts[0]).to.be.within(before, after);
        await application.co.deleteGroup(name, application.volumes);
        await counting.reached(counting.acknowledged() + 5);
      }
    });
  }

  it('is refused, and leaves nothing, when block devices are written to without a pause', async () => {
    const real = linuxHost();
    let writes = 0;
    const completedWrites = () => Promise.resolve(writes++);
    await start(['block', 'ext4', 'block'], { ...real, loops: { ...real.loops, completedWrites } });
    const refusal = await refusalOf(application.co.createGroup('cut', application.volumes));
    expect(refusal.code).to.equal('FAILED_PRECONDITION');
    expect(refusal.message).to.contain('written to without a pause: stop their writer');
    expect((await driver.controller.listSnapshots({})).entries).to.deep.equal([]);
    expect(await readdir(join(driver.poolPath, 'staging'))).to.deep.equal([]);
    // One alone is of one moment however much is written to it.
    await application.co.createGroup('cut', application.volumes.slice(0, 2));
  });

  it('would not be one if the volumes were frozen one after the other', async () => {
    const counting = await start(
      all('ext4'),
      freezingEach((id) => stagingOf(id)),
    );
    for (let round = 1; round <= ROUNDS; round++) {
      await application.co.createGroup(`cut-${round}`, application.volumes);
      await counting.reached(counting.acknowledged() + 5);
      if (disorder(await application.countsIn(`cut-${round}`)) !== undefined) return;
    }
    expect.fail(`${ROUNDS} cuts one after the other, and each seems to be one moment`);
  });

  it('is what snapshots of each volume are not', async () => {
    const counting = await start(all('xfs'));
    for (const volume of application.volumes) {
      await application.co.createSnapshot(`alone-${volume}`, volume);
      await counting.reached(counting.acknowledged() + 1);
    }
    expect(disorder(await application.countsInEach('alone'))).not.to.equal(undefined);
  });

  function stagingOf(id: string): string | undefined {
    const name = application.volumes.find((volume) => volumeId(volume) === id);
    return name === undefined ? undefined : application.stagingOf(name);
  }
});

/** A host that freezes no filesystems together, but each alone while its image is copied. */
function freezingEach(stagingOf: (id: string) => string | undefined): Host {
  const real = linuxHost();
  let turn = Promise.resolve();
  const copyFrozen = async (source: string, target: string): Promise<void> => {
    const staging = stagingOf(/vol-[0-9a-f]{32}/.exec(source)?.[0] ?? '');
    if (staging !== undefined) await real.mounts.freeze(staging);
    try {
      await real.images.reflink(source, target);
    } finally {
      if (staging !== undefined) await real.mounts.thaw(staging);
    }
  };
  return {
    ...real,
    images: {
      ...real.images,
      reflink: (source, target) => {
        const copied = turn.then(() => copyFrozen(source, target));
        turn = copied.catch(() => undefined);
        return copied;
      },
    },
    mounts: { ...real.mounts, freeze: () => Promise.resolve(), thaw: () => Promise.resolve() },
  };
}
