import { expect } from 'chai';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../../src/host/host.ts';
import { updateVolume } from '../../src/pool/update-volume.ts';
import { IoLimitsWorld, twice } from './io-limits-world.ts';

describe('limits on the I/O of volumes', () => {
  const world = new IoLimitsWorld();

  it('stand in io.max of every control group of the top level, whose controller is turned on', async () => {
    const { device, line } = await world.attach(await world.open(), 'set', { readIops: 100, writeBandwidth: 4096 });
    expect(line()).to.deep.equal(twice(`7:${device.number} rbps=max wbps=4096 riops=100 wiops=max`));
    expect(world.written[0]).to.equal('cgroup.subtree_control +io');
    expect(world.notes()).to.deep.equal([`7-${device.number}.json`]);
  });

  it('are taken away, and nothing else, before the device is let go of', async () => {
    const pool = await world.open();
    const { device, line } = await world.attach(pool, 'lifted', { readIops: 100 });
    await world.fake.cgroups.set(join(world.root, 'system.slice', 'io.max'), '8:0 rbps=max wbps=max riops=9 wiops=max');
    await pool.ioLimiter.lift([device]);
    expect(line()).to.deep.equal(twice(undefined));
    expect(world.ioMax('system.slice')).to.contain('8:0 ');
    expect(world.notes()).to.deep.equal([]);
  });

  it('cost a volume that has none no look at the control groups', async () => {
    const looked: string[] = [];
    const pool = await world.open(world.limiter(watched(world.fake, looked)));
    looked.length = 0;
    const { device } = await world.attach(pool, 'free');
    await pool.ioLimiter.lift([device]);
    expect(looked).to.deep.equal([]);
  });

  it('of a volume in use change at once', async () => {
    const pool = await world.open();
    const { record, device, line } = await world.attach(pool, 'changed', { readIops: 100 });
    await updateVolume(pool, record.id, { ioLimits: { readIops: 5 } });
    expect(line()).to.deep.equal(twice(`7:${device.number} rbps=max wbps=max riops=5 wiops=max`));
    await updateVolume(pool, record.id, { ioLimits: null });
    expect(line()).to.deep.equal(twice(undefined));
  });

  it('of another start of the machine are no concern of this one', async () => {
    const pool = await world.open();
    const { device, line, close } = await world.attach(pool, 'booted', { readIops: 100 });
    close();
    const file = world.noteOf(device);
    const note = JSON.parse(readFileSync(file, 'utf8')) as object;
    writeFileSync(file, JSON.stringify({ ...note, bootId: 'another' }));
    await world.restart();
    expect(line()[0]).to.contain('riops=100');
    expect(world.notes()).to.deep.equal([]);
  });

  it('that somebody else has set for a device that was ours are left alone', async () => {
    const pool = await world.open();
    const { device, close } = await world.attach(pool, 'taken', { readIops: 100 });
    close();
    const theirs = `7:${device.number} rbps=max wbps=max riops=7 wiops=max`;
    await world.fake.cgroups.set(join(world.root, 'system.slice', 'io.max'), theirs);
    await world.restart();
    expect(world.standing(device)).to.deep.equal([undefined, theirs]);
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
