import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { expect } from 'chai';
import { join } from 'node:path';
import type { IdMapping } from '../../src/host/bind-mount.ts';
import { linuxHost } from '../../src/host/linux-host.ts';
import { failureOf } from '../support/failure.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const OWNER = 4321;
const GROUP = 5432;
const NOBODY = 65534;

/** What somebody in a container can do here: a process with this uid, all of root's capabilities when that is 0. */
function as(
  user: { uid: number; gid: number },
  command: string,
  ...args: string[]
): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(command, args, { ...user, cwd: '/', encoding: 'utf8' });
  return { status, said: `${stdout}${stderr}`.trim() };
}
const root = { uid: 0, gid: 0 };

describe('idmapped bind mounts', () => {
  const { mounts } = linuxHost();
  const temporary = temporaryDirectory();
  const at = (name: string) => join(temporary.path, name);
  const mapping: IdMapping = { uid: OWNER, gid: GROUP, containerUid: 0, containerGid: 0 };
  const bind = (changes: Partial<Parameters<typeof mounts.bind>[0]> = {}) =>
    mounts.bind({ source: at('data'), target: at('shown'), readOnly: false, mapping, ...changes });

  before(() => {
    chmodSync(temporary.path, 0o755);
    mkdirSync(at('data'));
    chownSync(at('data'), OWNER, GROUP);
    mkdirSync(at('shown'));
    for (const [name, uid] of [
      ['own', OWNER],
      ['other', 777],
      ['root', 0],
    ] as const) {
      writeFileSync(at(`data/${name}`), name, { mode: 0o600 });
      chownSync(at(`data/${name}`), uid, uid === OWNER ? GROUP : uid);
    }
  });
  afterEach(async () => {
    while ((await mounts.find(at('shown'))) !== undefined) await mounts.unmount(at('shown'));
  });
  after(() => temporary.cleanUp());

  it('shows the files of the user as root’s, and everybody else’s as nobody’s', async () => {
    await bind();
    expect(statSync(at('shown/own'))).to.include({ uid: 0, gid: 0 });
    expect(statSync(at('shown'))).to.include({ uid: 0, gid: 0 });
    for (const name of ['other', 'root'])
      expect(statSync(at(`shown/${name}`))).to.include({ uid: NOBODY, gid: NOBODY });
    expect(statSync(at('data/own'))).to.include({ uid: OWNER, gid: GROUP });
  });

  it('stores what root makes as the user’s, and what is made on the host shows at once', async () => {
    await bind();
    writeFileSync(at('shown/made'), 'inside');
    mkdirSync(at('shown/folder'));
    for (const name of ['made', 'folder']) expect(statSync(at(`data/${name}`))).to.include({ uid: OWNER, gid: GROUP });
    writeFileSync(at('data/outside'), 'outside');
    expect(readFileSync(at('shown/outside'), 'utf8')).to.equal('outside');
  });

  it('gives root no capability over what is another’s but one, and all over what is the user’s', async () => {
    await bind();
    for (const name of ['other', 'root']) {
      expect(as(root, 'cat', at(`shown/${name}`)), name).to.deep.include({ status: 1 });
      expect(as(root, 'tee', at(`shown/${name}`)).status, name).to.equal(1);
      expect(as(root, 'chmod', '777', at(`shown/${name}`)).said).to.match(/not permitted|too large/i);
      expect(readFileSync(at(`data/${name}`), 'utf8')).to.equal(name);
    }
    chmodSync(at('data/own'), 0o000);
    expect(as(root, 'cat', at('shown/own'))).to.deep.equal({ status: 0, said: 'own' });
    expect(as(root, 'chown', '777:777', at('shown/own')).status, 'ids without a mapping').to.equal(1);
    chmodSync(at('data/own'), 0o600);
  });

  it('lets root take what has an unmapped owner by chown, which only a read-only mount or the lack of CAP_CHOWN prevents', async () => {
    writeFileSync(at('data/taken'), 'x', { mode: 0o600 });
    await bind({ readOnly: true });
    expect(as(root, 'chown', '0:0', at('shown/taken')).said).to.match(/read-only/i);
    await mounts.unmount(at('shown'));
    await bind();
    const withoutChown = ['--bounding-set=-chown', '--inh-caps=-chown', 'chown', '0:0', at('shown/taken')];
    expect(as(root, 'setpriv', ...withoutChown).said).to.match(/not permitted/i);
    expect(statSync(at('data/taken'))).to.include({ uid: 0, gid: 0 });
    expect(as(root, 'chown', '0:0', at('shown/taken'))).to.deep.equal({ status: 0, said: '' });
    expect(statSync(at('data/taken'))).to.include({ uid: OWNER, gid: GROUP });
  });

  it('keeps root out of a directory that is another’s', async () => {
    mkdirSync(at('foreign'), { mode: 0o755 });
    writeFileSync(at('foreign/file'), 'as it was', { mode: 0o644 });
    await bind({ source: at('foreign') });
    expect(as(root, 'cat', at('shown/file')).said).to.equal('as it was');
    expect(as(root, 'touch', at('shown/new')).status).to.equal(1);
    expect(as(root, 'tee', at('shown/file')).status).to.equal(1);
    expect(as(root, 'rm', '-f', at('shown/file')).status).to.equal(1);
    expect(readdirSync(at('foreign'))).to.deep.equal(['file']);
  });

  it('lets nobody write to what has an unmapped owner or group, and no unmapped user make anything', async () => {
    for (const [uid, gid] of [
      [0, 0],
      [OWNER, 0],
      [0, GROUP],
      [OWNER, GROUP],
    ] as const) {
      const name = at(`open-${uid}-${gid}`);
      mkdirSync(name);
      chownSync(name, uid, gid);
      chmodSync(name, 0o777);
      await bind({ source: name });
      expect(as(root, 'touch', at('shown/x')).status, name).to.equal(uid === OWNER && gid === GROUP ? 0 : 1);
      expect(as({ uid: 1000, gid: 1000 }, 'touch', at('shown/y')).said).to.match(/too large|denied/i);
      await mounts.unmount(at('shown'));
    }
  });

  it('maps another user of the container', async () => {
    await bind({ mapping: { ...mapping, containerUid: 1000, containerGid: 1001 } });
    expect(statSync(at('shown/own'))).to.include({ uid: 1000, gid: 1001 });
    expect(as({ uid: 1000, gid: 1001 }, 'touch', at('shown/by-1000')).status).to.equal(0);
    expect(statSync(at('data/by-1000'))).to.include({ uid: OWNER, gid: GROUP });
    expect(as(root, 'touch', at('shown/by-root')).said).to.match(/too large/i);
  });

  it('is read-only from the first moment when it is asked for', async () => {
    await bind({ readOnly: true, options: ['noexec'] });
    expect(await mounts.find(at('shown'))).to.include({ readOnly: true });
    expect(as(root, 'touch', at('shown/x')).said).to.match(/read-only/i);
  });

  it('carries the mapping on to what is bound from it, but is not mapped a second time', async () => {
    await bind();
    mkdirSync(at('again'));
    await mounts.bind({ source: at('shown'), target: at('again'), readOnly: true });
    expect(statSync(at('again/own'))).to.include({ uid: 0, gid: 0 });
    await mounts.unmount(at('again'));
    const refusal = await failureOf(bind({ source: at('shown'), target: at('again') }));
    expect(refusal).to.include({ reason: 'FailedPrecondition' });
    expect(String(refusal)).to.contain('shows other users already');
    expect(await mounts.find(at('again'))).to.equal(undefined);
  });

  it('refuses a filesystem that has no idmapped mounts, by name', async () => {
    const refusal = await failureOf(bind({ source: '/proc/sys/.' }));
    expect(refusal).to.include({ reason: 'FailedPrecondition' });
    expect(String(refusal)).to.contain('filesystem proc has no idmapped mounts').and.contain(`${OWNER}:${GROUP}`);
    expect(await mounts.find(at('shown'))).to.equal(undefined);
  });

  it('makes a namespace for each mapping once, and no more processes and descriptors than that', async () => {
    await bind();
    await mounts.unmount(at('shown'));
    const before = readdirSync('/proc/self/fd').length;
    for (let round = 0; round < 20; round++) {
      await bind();
      await mounts.unmount(at('shown'));
    }
    expect(readdirSync('/proc/self/fd').length).to.equal(before);
    // More mappings at once than are kept.
    const many = Array.from({ length: 280 }, (_, index) => ({ ...mapping, uid: 10_000 + index, containerUid: index }));
    for (const [index, one] of many.entries()) {
      await bind({ mapping: one });
      if (index % 50 === 0) expect(existsSync(at('shown/own'))).to.equal(true);
      await mounts.unmount(at('shown'));
    }
    expect(readdirSync('/proc/self/fd').length).to.be.lessThan(before + 260);
  }).timeout(30_000);
});
