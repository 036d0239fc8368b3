import { expect } from 'chai';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { linuxHost } from '../../src/host/linux-host.ts';
import { startChild } from '../support/child.ts';
import { failureOf } from '../support/failure.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { mountedXfs } from '../support/xfs.ts';

const MiB = 1024 ** 2;

describe('loop devices', () => {
  const host = linuxHost();
  const { files, images, loops } = host;
  const temporary = temporaryDirectory();
  let pool = '';
  const at = (name: string) => join(pool, name);
  const keeping = { readOnly: false, autoclear: false, directIo: true };

  before(async () => {
    pool = await mountedXfs(temporary.path);
    await images.create(at('image'), 16 * MiB);
  });
  after(() => temporary.cleanUp());

  /** Device and inode of a file, as callers get them. */
  async function identity(path: string): Promise<{ device: number; inode: number }> {
    const stat = await files.stat(path);
    if (stat === undefined) throw new Error(`${path} is not there`);
    return stat;
  }

  /** By the file: a device that is free may have been taken by another process since. */
  async function isHeld(path: string): Promise<boolean> {
    return (await loops.holding(await identity(path))).length > 0;
  }

  it('attaches a file, knows it by device and inode, and keeps the label', async () => {
    const { device, close } = await loops.attach({ ...keeping, file: at('image'), label: 'vol-1 räd' });
    close();
    const file = await identity(at('image'));
    expect(device).to.include({
      backingDevice: file.device,
      backingInode: file.inode,
      label: 'vol-1 räd',
      readOnly: false,
      autoclear: false,
      deviceNumber: (await files.stat(device.path))?.deviceNumber,
    });
    expect(await loops.find(device.path)).to.deep.equal(device);
    expect(await loops.holding(file)).to.deep.equal([device]);
    expect(await loops.holding({ ...file, device: file.device + 1 })).to.deep.equal([]);
    expect(readFileSync(`/sys/block/loop${device.number}/loop/dio`, 'utf8')).to.equal('1\n');
    expect(readFileSync(`/sys/block/loop${device.number}/queue/logical_block_size`, 'utf8')).to.equal('512\n');

    await loops.detach(device.path);
    await loops.detach(device.path);
    expect(await isHeld(at('image'))).to.equal(false);
  });

  it('changes the label and nothing else', async () => {
    const longest = 'é'.repeat(31) + 'x';
    const { device, close } = await loops.attach({ ...keeping, file: at('image'), label: longest });
    close();
    expect(device.label).to.equal(longest);
    await loops.setLabel(device.path, 'other');
    expect(await loops.find(device.path)).to.deep.equal({ ...device, label: 'other' });
    expect(readFileSync(`/sys/block/loop${device.number}/loop/dio`, 'utf8')).to.equal('1\n');
    expect(await failureOf(loops.setLabel(device.path, 'x'.repeat(64)))).to.be.instanceOf(RangeError);
    await loops.detach(device.path);
  });

  it('tells the writes that a device has completed', async () => {
    const { device, close } = await loops.attach({ ...keeping, file: at('image'), label: 'counted' });
    close();
    const before = await loops.completedWrites(device.path);
    await images.readBlock(device.path, 0, 4096);
    expect(await loops.completedWrites(device.path)).to.equal(before);
    await images.writeBlock(device.path, 0, Buffer.alloc(4096, 1));
    await loops.flush(device.path);
    expect(await loops.completedWrites(device.path)).to.be.above(before);
    await loops.detach(device.path);
    expect(await failureOf(loops.completedWrites('/dev/loop-none'))).to.have.property('code', 'ENOENT');
  });

  it('attaches read-only down to the device', async () => {
    const { device, close } = await loops.attach({ ...keeping, file: at('image'), readOnly: true, label: '' });
    close();
    expect(device).to.include({ readOnly: true, label: '' });
    expect(await failureOf(images.writeBlock(device.path, 0, Buffer.alloc(512)))).to.include({ name: 'HostError' });
    await loops.detach(device.path);
  });

  it('takes the size its file has, and writes through to it', async () => {
    const { device, close } = await loops.attach({ ...keeping, file: at('image'), label: '' });
    close();
    expect(await loops.size(device.path)).to.equal(16 * MiB);
    await images.resize(at('image'), 24 * MiB);
    expect(await loops.size(device.path)).to.equal(16 * MiB);
    await loops.refreshSize(device.path);
    expect(await loops.size(device.path)).to.equal(24 * MiB);

    await images.writeBlock(device.path, 20 * MiB, Buffer.from('on the device'));
    await loops.flush(device.path);
    expect((await images.readBlock(at('image'), 20 * MiB, 13)).toString()).to.equal('on the device');
    await loops.disableDiscard(device.path);
    expect(readFileSync(`/sys/block/loop${device.number}/queue/discard_max_bytes`, 'utf8')).to.equal('0\n');
    await loops.detach(device.path);
  });

  it('never passes on a device that refuses discards', async () => {
    const first = await loops.attach({ ...keeping, autoclear: true, file: at('image'), label: '' });
    await loops.disableDiscard(first.device.path);
    first.close();
    const limit = (number: number) => Number(readFileSync(`/sys/block/loop${number}/queue/discard_max_bytes`, 'utf8'));
    const second = await loops.attach({ ...keeping, autoclear: true, file: at('image'), label: '' });
    expect(limit(second.device.number)).to.be.above(0);
    second.close();
  });

  it('says so when a device stays bound because it is in use', async () => {
    const { device, close } = await loops.attach({ ...keeping, file: at('image'), label: '' });
    close();
    const user = await open(device.path);
    expect(await failureOf(loops.detach(device.path))).to.include({ reason: 'FailedPrecondition' });
    expect(await loops.find(device.path)).to.include({ autoclear: true });
    await user.close();
    expect(await isHeld(at('image'))).to.equal(false);
  });

  it('frees an autoclear device at its last close', async () => {
    const { device, close } = await loops.attach({ ...keeping, autoclear: true, file: at('image'), label: '' });
    expect(await loops.find(device.path)).to.include({ autoclear: true });
    close();
    close();
    expect(await isHeld(at('image'))).to.equal(false);
  });

  it('leaves nothing bound when its process is killed between attach and mount', async () => {
    const child = await startChild(join(import.meta.dirname, 'fixtures/attach.ts'), at('image'));
    expect(await loops.find(child.line)).to.include({ label: 'orphan' });
    await child.kill();
    expect(await isHeld(at('image'))).to.equal(false);
  });

  it('leaves nothing bound or open when it cannot attach', async () => {
    const before = readdirSync('/proc/self/fd').length;
    expect(await failureOf(loops.attach({ ...keeping, file: at('none'), label: '' }))).to.include({ code: 'ENOENT' });
    expect(await failureOf(loops.attach({ ...keeping, file: pool, label: '' }))).to.include({ code: 'EISDIR' });
    writeFileSync(at('labelled'), 'x'.repeat(4096));
    expect(await failureOf(loops.attach({ ...keeping, file: at('labelled'), label: 'x'.repeat(64) }))).to.be.instanceOf(
      RangeError,
    );
    expect(await isHeld(at('labelled'))).to.equal(false);
    expect(readdirSync('/proc/self/fd')).to.have.length(before);

    // Those that failed are not in the way of the next.
    const { close } = await loops.attach({ ...keeping, autoclear: true, file: at('image'), label: '' });
    expect(await isHeld(at('image'))).to.equal(true);
    close();
    expect(readdirSync('/proc/self/fd')).to.have.length(before);
  });

  it('gives each of many callers a device of its own, and scans them quickly', async () => {
    const count = 50;
    const names = Array.from({ length: count }, (_, index) => at(`many-${index}`));
    await Promise.all(names.map((name) => images.create(name, MiB)));
    const attached = await Promise.all(
      names.map((file, index) => loops.attach({ ...keeping, autoclear: true, file, label: `many-${index}` })),
    );
    expect(new Set(attached.map(({ device }) => device.path)).size).to.equal(count);

    const started = performance.now();
    const found = await loops.list();
    const milliseconds = performance.now() - started;
    const labels = found.map(({ label }) => label).filter((label) => label.startsWith('many-'));
    expect(labels).to.have.length(count);
    expect(milliseconds).to.be.below(100);

    for (const { close } of attached) close();
    expect((await loops.list()).filter(({ label }) => label.startsWith('many-'))).to.deep.equal([]);
  });

  it('shows each caller all that was bound when it called', async () => {
    const early = loops.list();
    const { device, close } = await loops.attach({ ...keeping, autoclear: true, file: at('image'), label: 'late' });
    const [first, second] = await Promise.all([loops.list(), loops.list()]);
    expect(first).to.equal(second);
    expect(first.map(({ path }) => path)).to.contain(device.path);
    expect(await early).not.to.equal(first);
    close();
  });

  it('finds nothing where no loop device is', async () => {
    expect(await loops.find('/dev/loop999999')).to.equal(undefined);
    expect(await loops.find('/dev/null')).to.equal(undefined);
    await loops.detach('/dev/loop999999');
  });
});
