import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import { registrationSchema } from '../../src/filesystem/registered/registration.ts';
import { filesystems } from '../../src/filesystem/registry.ts';
import { processesMarked } from '../../src/host/processes.ts';
import { whyUnreadable } from '../../src/host/why-unreadable.ts';
import { createVolume } from '../../src/pool/create-volume.ts';
import { deleteVolume } from '../../src/pool/delete-volume.ts';
import { ensureMounted, ensureUnmounted, isWell, type DirectoryFilesystem } from '../../src/pool/directory-mount.ts';
import { isDirectoryVolume, mountPointOf, notePrepared } from '../../src/pool/directory-volume.ts';
import { requireVolume } from '../../src/pool/find.ts';
import { volumeHealth } from '../../src/pool/health.ts';
import { openPool } from '../../src/pool/open-pool.ts';
import type { Pool } from '../../src/pool/pool.ts';
import { gocryptfs } from '../support/registered-filesystems.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';
import { until } from '../support/until.ts';
import { failureOf, host, poolSettings, testDeps, volume } from './open-test-pool.ts';

const SECRETS = { key: `key-${randomUUID()}` };
const PLAIN = `plain text ${randomUUID()}`;

describe('the private mount of a directory volume, with gocryptfs', function () {
  this.timeout(30_000);
  let directory: TemporaryDirectory;
  let pool: Pool;
  let target: string;

  beforeEach(async () => {
    directory = temporaryDirectory('tome-gocryptfs');
    const registry = filesystems(host, [registrationSchema.parse(gocryptfs)]);
    const mountsDirectory = join(directory.path, 'mounts');
    pool = await openPool(poolSettings({ path: join(directory.path, 'pool'), overcommit: 1000 }), {
      ...testDeps(),
      filesystems: registry,
      mountsDirectory,
    });
    const { id } = await createVolume(pool, {
      ...volume('vault', { fsType: 'gocryptfs' }),
      directory: { stores: 'pool' },
    });
    target = mountPointOf(pool, id);
  });

  afterEach(async () => {
    for (const { pid } of servers()) process.kill(pid, 'SIGKILL');
    while ((await host.mounts.find(target)) !== undefined) await host.mounts.unmount(target, { lazy: true });
    await pool.close();
    await directory.cleanUp();
  });

  /** Each of its threads: until then one may answer yet. */
  async function hasStopped(pid: number): Promise<boolean> {
    const threads = await readdir(`/proc/${pid}/task`);
    const states = await Promise.all(threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/status`, 'utf8')));
    return states.every((state) => state.includes('State:\tT'));
  }

  const servers = () => processesMarked(`TOME_MOUNT=${target}`);

  /** With the record as it is now. */
  async function vault(): Promise<DirectoryFilesystem> {
    const record = await requireVolume(pool, volume('vault').id);
    if (!isDirectoryVolume(record)) throw new Error('not a directory volume');
    return { pool, record };
  }

  const source = () => join(pool.path, 'volumes', volume('vault').id, 'data');

  it('is formatted once, mounted, and holds nothing in the pool that can be read', async () => {
    expect(await ensureMounted(await vault(), SECRETS)).to.equal(target);
    expect((await vault()).record.directory).to.deep.equal({ stores: 'pool', prepared: 'done' });
    await writeFile(join(target, 'file'), PLAIN);
    await ensureUnmounted(await vault());
    expect(await host.mounts.find(target)).to.equal(undefined);
    expect(servers()).to.deep.equal([]);
    expect(await readdir(join(target, '..'))).to.deep.equal([]);

    expect((await readdir(source())).length).to.equal(3);
    expect(grep(PLAIN, pool.path)).to.equal('');
    expect(grep('gocryptfs.conf', source())).to.equal('');

    await ensureMounted(await vault(), SECRETS);
    expect(await readFile(join(target, 'file'), 'utf8')).to.equal(PLAIN);
    const daemons = servers().map(({ pid }) => pid);
    await ensureMounted(await vault(), SECRETS);
    expect(servers().map(({ pid }) => pid)).to.deep.equal(daemons);
    await ensureUnmounted(await vault());
    await ensureUnmounted(await vault());
  });

  it('says what the hook said about a wrong key, and takes the right one afterwards', async () => {
    await ensureMounted(await vault(), SECRETS);
    await ensureUnmounted(await vault());
    const failure = await failureOf(ensureMounted(await vault(), { key: 'wrong-secret' }));
    expect(failure.reason).to.equal('FailedPrecondition');
    expect(failure.message).to.contain('hook mount of filesystem gocryptfs').and.to.contain('Password incorrect');
    expect(failure.message).not.to.contain('wrong-secret');
    expect(await host.mounts.find(target)).to.equal(undefined);
    expect(servers()).to.deep.equal([]);
    expect((await failureOf(ensureMounted(await vault(), {}))).message).to.contain('needs the key key in the secret');
    await ensureMounted(await vault(), SECRETS);
    await ensureUnmounted(await vault());
  });

  it('begins anew where a format was interrupted', async () => {
    await notePrepared(pool, (await vault()).record, 'begun');
    await writeFile(join(source(), 'gocryptfs.conf'), 'half of it');
    await mkdir(join(source(), 'more'));
    // The hook itself may have outlived the driver that ran it.
    const older = spawn('sleep', ['1000'], { env: { ...process.env, TOME_HOOK_OF: target }, stdio: 'ignore' });
    const ended = once(older, 'exit');
    await once(older, 'spawn');
    await ensureMounted(await vault(), SECRETS);
    expect(await readdir(target)).to.deep.equal([]);
    expect((await ended)[1]).to.equal('SIGKILL');
    await ensureUnmounted(await vault());
  });

  it('is seen to be dead when its daemon was killed, and is mounted again with its data', async () => {
    await ensureMounted(await vault(), SECRETS);
    await writeFile(join(target, 'file'), PLAIN);
    const { id, uuid } = (await vault()).record;
    expect(await volumeHealth(pool, { id, uuid })).to.deep.equal([]);
    expect(servers()).not.to.deep.equal([]);
    for (const { pid } of servers()) process.kill(pid, 'SIGKILL');
    while (await isWell(await vault()));
    const [entry] = await volumeHealth(pool, { id, uuid });
    expect(entry).to.include({ status: 'INACCESSIBLE', reason: 'MountDead' });
    expect(entry?.message).to.contain(target);

    await ensureMounted(await vault(), SECRETS);
    expect(await readFile(join(target, 'file'), 'utf8')).to.equal(PLAIN);
    expect(await volumeHealth(pool, { id, uuid })).to.deep.equal([]);
    await ensureUnmounted(await vault());
  });

  it('keeps nobody waiting when its daemon hangs, and goes on when that does', async () => {
    await ensureMounted(await vault(), SECRETS);
    const { id, uuid } = (await vault()).record;
    const [daemon] = servers();
    if (daemon === undefined) throw new Error('no daemon');
    const shown = join(directory.path, 'shown');
    await mkdir(shown);
    await host.mounts.bind({ source: target, target: shown, readOnly: false });
    process.kill(daemon.pid, 'SIGSTOP');
    await until(() => hasStopped(daemon.pid));
    try {
      const [health, mounting] = await Promise.all([
        volumeHealth(pool, { id, uuid }),
        failureOf(ensureMounted(await vault(), SECRETS)),
      ]);
      expect(health[0]).to.include({ status: 'INACCESSIBLE', reason: 'MountUnreadable' });
      expect(mounting.reason).to.equal('Unavailable');
      expect((await whyUnreadable(host, shown))?.message).to.contain(`served by pid ${daemon.pid} (gocryptfs)`);
      await host.mounts.unmount(shown);
      const unmounting = await failureOf(ensureUnmounted(await vault()));
      expect(unmounting.reason).to.equal('Unavailable');
      for (const message of [health[0]?.message, mounting.message, unmounting.message]) {
        expect(message).to.match(/: end (it|them) if it does not recover, then try again$/);
        expect(message).to.contain(`${target} does not answer: it is served by pid ${daemon.pid} (gocryptfs)`);
      }
    } finally {
      process.kill(daemon.pid, 'SIGCONT');
    }
    // The look that did not end counts until it does.
    await until(async () => isWell(await vault()));
    await ensureMounted(await vault(), SECRETS);
    expect(servers()).to.deep.include(daemon);
    await ensureUnmounted(await vault());
  });

  it('stays while somebody has a file open in it, who is to end first', async () => {
    await ensureMounted(await vault(), SECRETS);
    const holder = await host.files.lock(await touched('held'), 0);
    const failure = await failureOf(ensureUnmounted(await vault()));
    expect(failure).to.deep.include({ reason: 'FailedPrecondition' });
    expect(failure.message).to.contain(target);
    expect(
      (await failureOf(deleteVolume(pool, (await vault()).record.id, (await vault()).record.uuid))).reason,
    ).to.equal('FailedPrecondition');
    holder.release();
    await ensureUnmounted(await vault());
  });

  async function touched(name: string): Promise<string> {
    await writeFile(join(target, name), '');
    return join(target, name);
  }

  it('is not deleted before the hook has ended that a driver which was killed has left mounting it', async () => {
    await ensureMounted(await vault(), SECRETS);
    await ensureUnmounted(await vault());
    const { id, uuid } = (await vault()).record;
    const words = 'sleep 1; mkdir -p "$1" && mount -t tmpfs left "$1"';
    spawn('sh', ['-c', words, 'sh', target], { env: { ...process.env, TOME_MOUNT: target }, stdio: 'ignore' });
    while (servers().length === 0) await setImmediate();
    await deleteVolume(pool, id, uuid);
    expect(servers()).to.deep.equal([]);
    expect(await host.mounts.find(target)).to.equal(undefined);
  });

  it('puts no secret where others can read it', async () => {
    await ensureMounted(await vault(), SECRETS);
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      const cmdline = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      expect(cmdline).not.to.contain(SECRETS.key);
    }
    expect(grep(SECRETS.key, directory.path)).to.equal('');
    await ensureUnmounted(await vault());
    await rm(target, { recursive: true, force: true });
  });
});

/** Files below a directory that have this text in them. */
function grep(text: string, below: string): string {
  try {
    return execFileSync('grep', ['--recursive', '--files-with-matches', '--fixed-strings', '--', text, below], {
      encoding: 'utf8',
    });
  } catch {
    return '';
  }
}
