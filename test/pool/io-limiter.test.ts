import { expect } from 'chai';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GiB } from '../../src/domain/sizes.ts';
import type { Host, LoopDevice } from '../../src/host/host.ts';
import { attachImage } from '../../src/pool/attach-image.ts';
import { createVolume } from '../../src/pool/create-volume.ts';
import { IoLimiter } from '../../src/pool/io-limiter.ts';
import { lineOf, noIoMaxLine } from '../../src/pool/io-max.ts';
import { openPool } from '../../src/pool/open-pool.ts';
import type { Pool } from '../../src/pool/pool.ts';
import { updateVolume } from '../../src/pool/update-volume.ts';
import { failureOf, host, poolSettings, silent, testDeps, volume, xfsPlace, type PoolPlace } from './open-test-pool.ts';

const CGROUP2 = 0x63677270;
const GROUPS = ['kubepods.slice', 'system.slice'];

/** The files of control groups in a plain directory; the kernel's part is to keep one line for each device. */
function fakeCgroups(root: string): { fake: Host; written: string[] } {
  for (const group of GROUPS) mkdirSync(join(root, group), { recursive: true });
  writeFileSync(join(root, 'cgroup.controllers'), 'cpuset cpu io memory\n');
  writeFileSync(join(root, 'cgroup.subtree_control'), '');
  const written: string[] = [];
  const set = (file: string, text: string): Promise<void> => {
    written.push(`${file.slice(root.length + 1)} ${text}`);
    if (text === '+io') {
      writeFileSync(file, 'io\n');
      for (const group of GROUPS) writeFileSync(join(root, group, 'io.max'), '');
      return Promise.resolve();
    }
    const [device = ''] = text.split(' ');
    const others = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith(`${device} `));
    const lines = text === noIoMaxLine(device) ? others : [...others, text];
    writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
    return Promise.resolve();
  };
  const usage: Host['files']['usage'] = async (path) => ({
    ...(await host.files.usage(path)),
    ...(path === root && { type: CGROUP2 }),
  });
  return { fake: { ...host, files: { ...host.files, usage }, cgroups: { ...host.cgroups, set } }, written };
}

describe('limits on the I/O of volumes', () => {
  let place: PoolPlace;
  let root: string;
  let cgroupRoot: string;
  let fake: Host;
  let written: string[];
  const pools: Pool[] = [];
  const attached: (() => void)[] = [];

  before(async () => {
    place = await xfsPlace(3 * GiB);
  });
  beforeEach(() => {
    root = join(place.aside, `cgroup-${String(Math.random()).slice(2)}`);
    cgroupRoot = root;
    ({ fake, written } = fakeCgroups(root));
  });
  afterEach(async () => {
    for (const close of attached.splice(0)) close();
    await Promise.all(pools.splice(0).map((pool) => pool.close()));
  });
  after(() => place.cleanUp());

  const limiter = (using = fake) =>
    new IoLimiter({ host: using, cgroupRoot, directory: join(root, '..', `notes-${root.slice(-8)}`), log: silent });
  const notes = () => readdirSync(join(root, '..', `notes-${root.slice(-8)}`));
  const open = async (ioLimiter = limiter()) => {
    const pool = await openPool(poolSettings({ path: place.path }), { ...testDeps(fake), ioLimiter });
    pools.push(pool);
    return pool;
  };
  const restart = async () => {
    await Promise.all(pools.splice(0).map((pool) => pool.close()));
    const ioLimiter = limiter();
    await ioLimiter.begin();
    await ioLimiter.close();
    return open(ioLimiter);
  };
  /** Stays until the test ends, or `close`. */
  const attach = async (pool: Pool, name: string, ioLimits?: { readIops?: number; writeBandwidth?: number }) => {
    const record = await createVolume(pool, volume(name, { volumeMode: 'Block', ...(ioLimits && { ioLimits }) }));
    const loop = await attachImage(pool, record, { access: 'writers', autoclear: true });
    const { device } = loop;
    const close = () => {
      loop.close();
    };
    attached.push(close);
    return { record, device, close, line: () => linesOf(device) };
  };
  const linesOf = ({ number }: LoopDevice) =>
    GROUPS.map((group) => lineOf(`7:${number}`, readFileSync(join(root, group, 'io.max'), 'utf8')));
  const twice = (line: string | undefined) => [line, line];

  it('stand in io.max of every control group of the top level, whose controller is turned on', async () => {
    const { device, line } = await attach(await open(), 'set', { readIops: 100, writeBandwidth: 4096 });
    expect(line()).to.deep.equal(twice(`7:${device.number} rbps=max wbps=4096 riops=100 wiops=max`));
    expect(written[0]).to.equal('cgroup.subtree_control +io');
    expect(notes()).to.deep.equal([`7-${device.number}.json`]);
  });

  it('are taken away, and nothing else, before the device is let go of', async () => {
    const pool = await open();
    const { device, line } = await attach(pool, 'lifted', { readIops: 100 });
    await fake.cgroups.set(join(root, 'system.slice', 'io.max'), '8:0 rbps=max wbps=max riops=9 wiops=max');
    await pool.ioLimiter.lift([device]);
    expect(line()).to.deep.equal(twice(undefined));
    expect(readFileSync(join(root, 'system.slice', 'io.max'), 'utf8')).to.contain('8:0 ');
    expect(notes()).to.deep.equal([]);
  });

  it('cost a volume that has none no look at the control groups', async () => {
    const looked: string[] = [];
    const pool = await open(limiter(watched(fake, looked)));
    looked.length = 0;
    const { device } = await attach(pool, 'free');
    await pool.ioLimiter.lift([device]);
    expect(looked).to.deep.equal([]);
  });

  it('of a volume in use change at once', async () => {
    const pool = await open();
    const { record, device, line } = await attach(pool, 'changed', { readIops: 100 });
    await updateVolume(pool, record.id, { ioLimits: { readIops: 5 } });
    expect(line()).to.deep.equal(twice(`7:${device.number} rbps=max wbps=max riops=5 wiops=max`));
    await updateVolume(pool, record.id, { ioLimits: null });
    expect(line()).to.deep.equal(twice(undefined));
  });

  it('that a killed driver has left are gone after the next start, and those of what is still attached stay', async () => {
    const pool = await open();
    const stays = await attach(pool, 'stays', { readIops: 100 });
    const leaves = await attach(pool, 'leaves', { readIops: 200 });
    leaves.close();
    expect(leaves.line()[0]).to.contain('riops=200');
    await restart();
    expect(leaves.line()).to.deep.equal(twice(undefined));
    expect(stays.line()[0]).to.contain('riops=100');
  });

  it('that were to change when the driver was killed are as its record has them', async () => {
    const pool = await open();
    const { record, device, line } = await attach(pool, 'between', { readIops: 100 });
    await pool.ioLimiter.intend(pool, { ...record, ioLimits: { readIops: 5 } }, device);
    await restart();
    expect(line()[0]).to.contain('riops=100');
  });

  it('of another start of the machine are no concern of this one', async () => {
    const pool = await open();
    const { device, line } = await attach(pool, 'booted', { readIops: 100 });
    const file = join(root, '..', `notes-${root.slice(-8)}`, `7-${device.number}.json`);
    const note = JSON.parse(readFileSync(file, 'utf8')) as object;
    writeFileSync(file, JSON.stringify({ ...note, bootId: 'another' }));
    await restart();
    expect(line()[0]).to.contain('riops=100');
    expect(notes()).to.deep.equal([]);
  });

  it('that somebody else has set for a device that was ours are left alone', async () => {
    const pool = await open();
    const { device, close } = await attach(pool, 'taken', { readIops: 100 });
    close();
    const theirs = `7:${device.number} rbps=max wbps=max riops=7 wiops=max`;
    await fake.cgroups.set(join(root, 'system.slice', 'io.max'), theirs);
    await restart();
    expect(linesOf(device)).to.deep.equal([undefined, theirs]);
  });

  describe('on a machine that cannot keep to them', () => {
    const refusals: Readonly<Record<string, readonly [() => void, string]>> = {
      'without any': [() => (cgroupRoot = '/nonexistent'), 'there is no cgroup v2 to be used at /nonexistent'],
      'without cgroup v2': [() => (fake = host), 'is not cgroup v2'],
      'with the controller in cgroup v1': [
        () => {
          writeFileSync(join(root, 'cgroup.controllers'), 'cpu memory\n');
        },
        'has no controller io',
      ],
      'in a container that sees its own alone': [
        () => {
          writeFileSync(join(root, 'cgroup.events'), 'populated 1\n');
        },
        'is not the root of the control groups',
      ],
      'with a kernel without io.max': [
        () => {
          writeFileSync(join(root, 'cgroup.subtree_control'), 'io\n');
        },
        'CONFIG_BLK_DEV_THROTTLING',
      ],
    };
    for (const [machine, [become, missing]] of Object.entries(refusals)) {
      it(`${machine}: are refused, saying so, when a volume is made, changed, or attached there`, async () => {
        become();
        const pool = await open();
        const plain = await createVolume(pool, volume(`plain-${machine}`, { volumeMode: 'Block' }));
        const limits = { ioLimits: { readIops: 1 } };
        const moved = { ...plain, ...limits };
        for (const call of [
          () => createVolume(pool, volume(`made-${machine}`, limits)),
          () => updateVolume(pool, plain.id, limits),
          () => attachImage(pool, moved, { access: 'writers', autoclear: true }),
        ]) {
          const { reason, message } = await failureOf(call());
          expect(reason).to.equal('FailedPrecondition');
          expect(message).to.contain('cannot be kept to on this node').and.to.contain(missing);
        }
        expect(await updateVolume(pool, plain.id, {})).to.not.have.property('ioLimits');
        expect(written).to.deep.equal([]);
      });
    }
  });
});

/** Notes every call of files and control groups. */
function watched(real: Host, looked: string[]): Host {
  const noting = <T extends object>(functions: T): T =>
    new Proxy(functions, {
      get(target, name, receiver) {
        looked.push(String(name));
        return Reflect.get(target, name, receiver) as unknown;
      },
    });
  return { ...real, files: noting(real.files), cgroups: noting(real.cgroups), loops: noting(real.loops) };
}
