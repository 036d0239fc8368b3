import { expect } from 'chai';
import { mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { GiB, MiB } from '../../src/domain/sizes.ts';
import type { Host } from '../../src/host/host.ts';
import { poolCapacity } from '../../src/pool/capacity.ts';
import { createVolume } from '../../src/pool/create-volume.ts';
import { openPool } from '../../src/pool/open-pool.ts';
import type { Pool, PoolSettings } from '../../src/pool/pool.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';
import { mountImage } from '../support/xfs.ts';
import { startCounting, countIn } from './counting.ts';
import { dyingHost } from './dying-host.ts';
import { mountVolume } from './mount-volume.ts';
import { failureOf, host, poolSettings, testDeps, volume } from './open-test-pool.ts';

const BEFORE = 300 * MiB;
const AFTER = 600 * MiB;

describe('a backing file whose configured size changes', () => {
  let directory: TemporaryDirectory;
  let file: string;

  beforeEach(() => {
    directory = temporaryDirectory('tome-grow-backing');
    file = join(directory.path, 'disk', 'pool.xfs');
  });
  afterEach(() => directory.cleanUp());

  const settings = (size?: number, thin = false): PoolSettings =>
    poolSettings({
      path: join(directory.path, 'pool'),
      backing: { file, thin, ...(size !== undefined && { size }) },
    });
  const open = (size?: number, thin?: boolean, wrapped?: Host) => openPool(settings(size, thin), testDeps(wrapped));
  const capacityOf = async (pool: Pool) => (await poolCapacity(pool)).capacity;

  async function expectGrown(pool: Pool): Promise<void> {
    const { totalBytes } = await host.files.usage(pool.path);
    expect(totalBytes).to.be.above(AFTER - 65 * MiB);
    expect(await capacityOf(pool)).to.be.above(AFTER - 2 * 65 * MiB - 40 * MiB);
    expect(await host.files.stat(file)).to.include({ size: AFTER });
  }

  it('grows, preallocated, while the pool is mounted and a volume in it is written', async () => {
    const first = await open(BEFORE);
    const before = await capacityOf(first);
    const target = await mountVolume(first, await createVolume(first, volume('one')), join(directory.path, 'one'));
    await writeFile(join(target, 'data'), 'kept');
    const writer = startCounting(join(target, 'count'));
    await writer.reached(20);
    await first.close();
    expect((await directory.leftovers()).mounts).to.have.length(2);

    const pool = await open(AFTER);
    await expectGrown(pool);
    expect(await capacityOf(pool)).to.be.above(before + 270 * MiB);
    expect((await host.files.stat(file))?.allocated).to.be.at.least(AFTER);
    await createVolume(pool, volume('two', { size: 300 * MiB }));
    await writer.reached(writer.acknowledged() + 20);
    await writer.stop();
    expect(await countIn(join(target, 'count'))).to.equal(writer.acknowledged());
    await host.mounts.unmount(target);
    await pool.close();

    expect(await directory.leftovers()).to.deep.equal({ mounts: [], loops: [] });
    await host.run('xfs_repair', ['-n', file]);
    const again = await open();
    await expectGrown(again);
    const [one] = [...again.ledger.entries()].filter(({ id }) => id === volume('one').id);
    expect(one?.bytes).to.equal(64 * MiB);
    await again.close();
  });

  it('thaws what a dead process has left frozen, also where it cannot grow', async () => {
    const first = await open(BEFORE, true);
    const record = await createVolume(first, volume('one'));
    const target = await mountVolume(first, record, join(directory.path, 'one'));
    await writeFile(join(first.path, 'freezing', record.id), record.id);
    await host.mounts.freeze(target);
    await first.close();
    const resize = () => Promise.reject(new Error('an I/O error'));
    const failure = await failureOf(open(AFTER, true, { ...host, images: { ...host.images, resize } }));
    expect(failure.message).to.equal('an I/O error');
    try {
      await host.mounts.freeze(target);
    } finally {
      await host.mounts.thaw(target);
    }
  });

  it('grows without taking its blocks when it is thin', async () => {
    await (await open(BEFORE, true)).close();
    const pool = await open(AFTER, true);
    await expectGrown(pool);
    expect((await host.files.stat(file))?.allocated).to.be.below(BEFORE);
    await pool.close();
  });

  it('keeps its blocks, and so takes no discards, after it has grown', async () => {
    await (await open(BEFORE)).close();
    const pool = await open(AFTER);
    const [loop] = (await directory.leftovers()).loops;
    const limit = await readFile(`/sys/block/${String(loop).slice('/dev/'.length)}/queue/discard_max_bytes`, 'utf8');
    expect(limit.trim()).to.equal('0');
    await pool.close();
  });

  it('keeps its size when a smaller one is configured, and says so once', async () => {
    await (await open(AFTER)).close();
    const lines: string[] = [];
    const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
    const pool = await openPool(settings(BEFORE), { ...testDeps(), log });
    await expectGrown(pool);
    await pool.close();
    expect(lines).to.have.length(1);
    expect(lines[0]).to.contain('a backing file never shrinks').and.contain('600Mi').and.contain('300Mi');
  });

  it('is left as it is while another driver has the pool', async () => {
    const pool = await open(BEFORE);
    expect((await failureOf(open(AFTER))).reason).to.equal('FailedPrecondition');
    expect(await host.files.stat(file)).to.include({ size: BEFORE });
    await pool.close();
  });

  it('grows after a crash at any step', async () => {
    let finished = false;
    for (let step = 1; !finished; step++) {
      expect(step).to.be.below(60);
      const first = await open(BEFORE, true);
      await writeFile(join(first.path, 'data'), String(step));
      await first.close();
      const dying = dyingHost(host);
      dying.dieAt(step);
      const victim = await open(AFTER, true, dying.host).catch(() => undefined);
      finished = !dying.died();
      await victim?.close().catch(() => undefined);
      dying.end();
      // As after a reboot; else the next start finds it mounted.
      if (step % 2 === 0) await host.mounts.unmount(first.path).catch(() => undefined);

      const pool = await open(AFTER, true);
      await expectGrown(pool);
      expect(await readFile(join(pool.path, 'data'), 'utf8')).to.equal(String(step));
      await pool.close();
      await host.files.remove(file);
    }
  });

  it('gives its filesystem the size it has got in a start that ended there', async () => {
    const first = await open(BEFORE);
    const target = await mountVolume(first, await createVolume(first, volume('one')), join(directory.path, 'one'));
    await first.close();
    await truncate(file, AFTER);
    const pool = await open();
    await expectGrown(pool);
    await host.mounts.unmount(target);
    await pool.close();
  });

  describe('on a disk without room', () => {
    let free: number;

    beforeEach(async () => {
      const disk = join(directory.path, 'disk');
      const image = join(directory.path, 'disk.img');
      await mkdir(disk);
      await host.images.create(image, 800 * MiB);
      await host.run('mkfs.ext4', ['-q', '-F', image]);
      await mountImage(image, { target: disk, fsType: 'ext4' });
      await (await open(BEFORE)).close();
      free = (await host.files.usage(disk)).availableBytes;
    });

    async function expectRefused(wrapped: Host): Promise<void> {
      const lines: string[] = [];
      const log = pino({ level: 'error' }, { write: (line: string) => void lines.push(line) });
      const pool = await openPool(settings(2 * GiB), { ...testDeps(wrapped), log });
      expect(lines.join('')).to.contain('cannot grow from 300Mi to 2Gi').and.contain('configure 300Mi again');
      expect(await host.files.stat(file)).to.include({ size: BEFORE });
      expect((await host.files.usage(join(directory.path, 'disk'))).availableBytes).to.be.at.least(free - MiB);
      expect((await host.files.usage(pool.path)).totalBytes).to.be.below(BEFORE);
      await pool.close();
    }

    it('keeps its size', () => expectRefused(host));

    it('keeps its size when the room goes meanwhile', async () => {
      const usage: Host['files']['usage'] = async (path) => ({
        ...(await host.files.usage(path)),
        availableBytes: 100 * GiB,
      });
      await expectRefused({ ...host, files: { ...host.files, usage } });
    });
  });
});
