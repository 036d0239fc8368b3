import { expect } from 'chai';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GiB } from '../../src/domain/sizes.ts';
import { HostError } from '../../src/host/host-error.ts';
import type { Host, LoopDevice } from '../../src/host/host.ts';
import { attachImage } from '../../src/pool/attach-image.ts';
import { createVolume } from '../../src/pool/create-volume.ts';
import { findVolume } from '../../src/pool/find.ts';
import { IoLimiter } from '../../src/pool/io-limiter.ts';
import { linesOf, noIoMaxLine } from '../../src/pool/io-max.ts';
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
  const noteOf = ({ number }: LoopDevice) => join(root, '..', `notes-${root.slice(-8)}`, `7-${number}.json`);
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
    return { record, device, close, line: () => standing(device) };
  };
  const standing = ({ number }: LoopDevice) =>
    GROUPS.map((group) => linesOf(readFileSync(join(root, group, 'io.max'), 'utf8')).get(`7:${number}`));
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
    await pool.ioLimiter.attached(pool, { ...record, ioLimits: { readIops: 5 } }, device);
    expect(line()[0]).to.contain('riops=5');
    await restart();
    expect(line()[0]).to.contain('riops=100');
  });

  it('of a volume that is still attached come back, when the driver was killed while it let go of it, or its notes are lost', async () => {
    const pool = await open();
    const { device, line } = await attach(pool, 'kept', { readIops: 100 });
    await pool.ioLimiter.lift([device]);
    expect(line()).to.deep.equal(twice(undefined));
    await restart();
    expect(line()[0]).to.contain('riops=100');
    expect(notes()).to.deep.equal([`7-${device.number}.json`]);
  });

  for (const [what, text] of [
    ['cannot be read', '{"format": 1, "bootId'],
    ['are of a newer version', '{"format": 2}'],
  ]) {
    it(`whose notes ${what}: are as the volumes have them, and gone where nobody has the device`, async () => {
      const pool = await open();
      const stays = await attach(pool, `stays-${what}`, { readIops: 100 });
      const leaves = await attach(pool, `leaves-${what}`, { readIops: 200 });
      const plain = await attach(pool, `plain-${what}`);
      leaves.close();
      for (const { device } of [stays, leaves, plain]) writeFileSync(noteOf(device), String(text));
      writeFileSync(join(noteOf(stays.device), '..', 'another.json'), '');
      await fake.cgroups.set(
        join(root, 'system.slice', 'io.max'),
        `7:${plain.device.number} rbps=1 wbps=max riops=max`,
      );
      const again = await restart();
      expect(stays.line()[0]).to.contain('riops=100');
      expect(leaves.line()).to.deep.equal(twice(undefined));
      expect(plain.line()).to.deep.equal(twice(undefined));
      expect(notes()).to.have.members([`7-${stays.device.number}.json`, 'another.json']);
      const next = await attach(again, `next-${what}`, { readIops: 300 });
      expect(next.line()[0]).to.contain('riops=300');
    });
  }

  it('come back when somebody has turned the controller off for all control groups', async () => {
    const pool = await open();
    const { line } = await attach(pool, 'off', { readIops: 100 });
    // As systemd does, when no unit of its own needs it any more; the kernel forgets all limits then.
    writeFileSync(join(root, 'cgroup.subtree_control'), 'cpu memory\n');
    for (const group of GROUPS) rmSync(join(root, group, 'io.max'));
    await pool.ioLimiter.begin();
    expect(line()[0]).to.contain('riops=100');
    await pool.ioLimiter.close();
  });

  it('do without a control group that has no io.max, as a threaded one', async () => {
    const pool = await open();
    await attach(pool, 'first', { readIops: 100 });
    mkdirSync(join(root, 'threaded'));
    const { line } = await attach(pool, 'beside-threads', { readIops: 100 });
    expect(line()[0]).to.contain('riops=100');
  });

  it('of all volumes are looked after with one look at each control group, also when one of them fails', async () => {
    const pool = await open();
    const all = [];
    for (const name of ['a', 'b', 'c']) all.push(await attach(pool, `many-${name}`, { readIops: 100 }));
    for (const group of GROUPS) writeFileSync(join(root, group, 'io.max'), '');
    const looked: string[] = [];
    const read: Host['files']['read'] = (file) => {
      if (file.endsWith('io.max')) looked.push(file);
      return fake.files.read(file);
    };
    const [first] = all;
    const set: Host['cgroups']['set'] = (file, text) =>
      text.startsWith(`7:${first?.device.number ?? ''} `)
        ? Promise.reject(notPermitted())
        : fake.cgroups.set(file, text);
    const next = limiter({ ...fake, files: { ...fake.files, read }, cgroups: { ...fake.cgroups, set } });
    await next.begin();
    await next.close();
    expect(all.map(({ line }) => line()[0]?.includes('riops=100') ?? false)).to.deep.equal([false, true, true]);
    expect(looked).to.have.length(GROUPS.length);
  });

  it('that cannot be taken away are no other volume’s: it gets a device that is new, and they go once that can be', async () => {
    const pool = await open();
    const gone = await attach(pool, 'was-limited', { readIops: 100 });
    const before = readFileSync(`/sys/block/loop${gone.device.number}/diskseq`, 'utf8');
    // The driver was given another view of the control groups, as by node.ioLimits: false.
    writeFileSync(join(root, 'cgroup.events'), 'populated 1\n');
    await pool.ioLimiter.lift([gone.device]);
    gone.close();
    expect(notes()).to.deep.equal([`7-${gone.device.number}.json`]);
    const next = await attach(pool, 'never-limited');
    expect(readFileSync(`/sys/block/loop${next.device.number}/diskseq`, 'utf8')).to.not.equal(before);
    rmSync(join(root, 'cgroup.events'));
    await pool.ioLimiter.begin();
    await pool.ioLimiter.close();
    expect(notes()).to.deep.equal([]);
  });

  describe('that the kernel does not take', () => {
    const refusing = () => {
      let isRefused = false;
      const set: Host['cgroups']['set'] = (file, text) =>
        isRefused && file.includes('system') ? Promise.reject(notPermitted()) : fake.cgroups.set(file, text);
      const refuse = (refused: boolean) => (isRefused = refused);
      return { using: { ...fake, cgroups: { ...fake.cgroups, set } }, refuse };
    };

    it('keep a volume from being attached, and nothing is left of that', async () => {
      const { using, refuse } = refusing();
      const ioLimiter = limiter(using);
      const pool = await open(ioLimiter);
      const record = await createVolume(pool, volume('refused', { volumeMode: 'Block', ioLimits: { readIops: 7 } }));
      refuse(true);
      const failure = await failureOf(attachImage(pool, record, { access: 'writers', autoclear: true }));
      expect(failure).to.include({ reason: 'FailedPrecondition' });
      expect(failure.message).to.contain('cannot be kept to on this node: write').and.contain('EPERM');
      expect((await host.loops.list()).filter(({ label }) => label.includes(record.id))).to.deep.equal([]);
      refuse(false);
      await ioLimiter.begin();
      await ioLimiter.close();
      expect(notes()).to.deep.equal([]);
      expect(readFileSync(join(root, 'kubepods.slice', 'io.max'), 'utf8')).to.equal('');
    });

    it('leave a volume in use as it was, in its record and in io.max', async () => {
      const { using, refuse } = refusing();
      const pool = await open(limiter(using));
      const { record, line } = await attach(pool, 'as-it-was', { readIops: 100 });
      refuse(true);
      const { reason } = await failureOf(updateVolume(pool, record.id, { ioLimits: { readIops: 5 } }));
      expect(reason).to.equal('FailedPrecondition');
      refuse(false);
      expect((await findVolume(pool, record.id))?.ioLimits).to.deep.equal({ readIops: 100 });
      expect(line().map((text) => text?.includes('riops=100'))).to.deep.equal([true, true]);
    });
  });

  it('of another start of the machine are no concern of this one', async () => {
    const pool = await open();
    const { device, line, close } = await attach(pool, 'booted', { readIops: 100 });
    close();
    const file = noteOf(device);
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
    expect(standing(device)).to.deep.equal([undefined, theirs]);
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
      'that lets nobody write there': [
        () => {
          const { usage } = fake.files;
          const files = { ...fake.files, usage: async (path: string) => ({ ...(await usage(path)), readOnly: true }) };
          fake = { ...fake, files };
        },
        'is mounted read-only',
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

function notPermitted(): HostError {
  return new HostError('EPERM', 'write "..." to io.max: EPERM');
}

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
