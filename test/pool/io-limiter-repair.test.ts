import { expect } from 'chai';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../../src/host/host.ts';
import { GROUPS, IoLimitsWorld, notPermitted, twice } from './io-limits-world.ts';

describe('limits on the I/O of volumes, after what goes wrong,', () => {
  const world = new IoLimitsWorld();

  it('that a killed driver has left are gone after the next start, and those of what is still attached stay', async () => {
    const pool = await world.open();
    const stays = await world.attach(pool, 'stays', { readIops: 100 });
    const leaves = await world.attach(pool, 'leaves', { readIops: 200 });
    leaves.close();
    expect(leaves.line()[0]).to.contain('riops=200');
    await world.restart();
    expect(leaves.line()).to.deep.equal(twice(undefined));
    expect(stays.line()[0]).to.contain('riops=100');
  });

  it('that were to change when the driver was killed are as its record has them', async () => {
    const pool = await world.open();
    const { record, device, line } = await world.attach(pool, 'between', { readIops: 100 });
    await pool.ioLimiter.attached(pool, { ...record, ioLimits: { readIops: 5 } }, device);
    expect(line()[0]).to.contain('riops=5');
    await world.restart();
    expect(line()[0]).to.contain('riops=100');
  });

  it('of a volume that is still attached come back, when the driver was killed while it let go of it, or its notes are lost', async () => {
    const pool = await world.open();
    const { device, line } = await world.attach(pool, 'kept', { readIops: 100 });
    await pool.ioLimiter.lift([device]);
    expect(line()).to.deep.equal(twice(undefined));
    await world.restart();
    expect(line()[0]).to.contain('riops=100');
    expect(world.notes()).to.deep.equal([`7-${device.number}.json`]);
  });

  for (const [what, text] of [
    ['cannot be read', '{"format": 1, "bootId'],
    ['are of a newer version', '{"format": 2}'],
  ]) {
    it(`whose notes ${what}: are as the volumes have them, and gone where nobody has the device`, async () => {
      const pool = await world.open();
      const stays = await world.attach(pool, `stays-${what}`, { readIops: 100 });
      const leaves = await world.attach(pool, `leaves-${what}`, { readIops: 200 });
      const plain = await world.attach(pool, `plain-${what}`);
      leaves.close();
      for (const { device } of [stays, leaves, plain]) writeFileSync(world.noteOf(device), String(text));
      writeFileSync(join(world.noteOf(stays.device), '..', 'another.json'), '');
      await world.fake.cgroups.set(
        join(world.root, 'system.slice', 'io.max'),
        `7:${plain.device.number} rbps=1 wbps=max riops=max`,
      );
      const again = await world.restart();
      expect(stays.line()[0]).to.contain('riops=100');
      expect(leaves.line()).to.deep.equal(twice(undefined));
      expect(plain.line()).to.deep.equal(twice(undefined));
      expect(world.notes()).to.have.members([`7-${stays.device.number}.json`, 'another.json']);
      const next = await world.attach(again, `next-${what}`, { readIops: 300 });
      expect(next.line()[0]).to.contain('riops=300');
    });
  }

  it('come back when somebody has turned the controller off for all control groups', async () => {
    const pool = await world.open();
    const { line } = await world.attach(pool, 'off', { readIops: 100 });
    // As systemd does, when no unit of its own needs it any more; the kernel forgets all limits then.
    writeFileSync(join(world.root, 'cgroup.subtree_control'), 'cpu memory\n');
    for (const group of GROUPS) rmSync(join(world.root, group, 'io.max'));
    await pool.ioLimiter.begin();
    expect(line()[0]).to.contain('riops=100');
    await pool.ioLimiter.close();
  });

  it('do without a control group that has no io.max, as a threaded one', async () => {
    const pool = await world.open();
    await world.attach(pool, 'first', { readIops: 100 });
    mkdirSync(join(world.root, 'threaded'));
    const { line } = await world.attach(pool, 'beside-threads', { readIops: 100 });
    expect(line()[0]).to.contain('riops=100');
  });

  it('of all volumes are looked after with one look at each control group, also when one of them fails', async () => {
    const pool = await world.open();
    const all = [];
    for (const name of ['a', 'b', 'c']) all.push(await world.attach(pool, `many-${name}`, { readIops: 100 }));
    for (const group of GROUPS) writeFileSync(join(world.root, group, 'io.max'), '');
    const looked: string[] = [];
    const read: Host['files']['read'] = (file) => {
      if (file.endsWith('io.max')) looked.push(file);
      return world.fake.files.read(file);
    };
    const [first] = all;
    const set: Host['cgroups']['set'] = (file, text) =>
      text.startsWith(`7:${first?.device.number ?? ''} `)
        ? Promise.reject(notPermitted())
        : world.fake.cgroups.set(file, text);
    const next = world.limiter({
      ...world.fake,
      files: { ...world.fake.files, read },
      cgroups: { ...world.fake.cgroups, set },
    });
    await next.begin();
    await next.close();
    expect(all.map(({ line }) => line()[0]?.includes('riops=100') ?? false)).to.deep.equal([false, true, true]);
    expect(looked).to.have.length(GROUPS.length);
  });

  it('that cannot be taken away are no other volume’s: it gets a device that is new, and they go once that can be', async () => {
    const pool = await world.open();
    const gone = await world.attach(pool, 'was-limited', { readIops: 100 });
    const before = readFileSync(`/sys/block/loop${gone.device.number}/diskseq`, 'utf8');
    // The driver was given another view of the control groups, as by node.ioLimits: false.
    writeFileSync(join(world.root, 'cgroup.events'), 'populated 1\n');
    await pool.ioLimiter.lift([gone.device]);
    gone.close();
    expect(world.notes()).to.deep.equal([`7-${gone.device.number}.json`]);
    const next = await world.attach(pool, 'never-limited');
    expect(readFileSync(`/sys/block/loop${next.device.number}/diskseq`, 'utf8')).to.not.equal(before);
    rmSync(join(world.root, 'cgroup.events'));
    await pool.ioLimiter.begin();
    await pool.ioLimiter.close();
    expect(world.notes()).to.deep.equal([]);
  });
});
