import { chmodSync, chownSync, mkdirSync, renameSync } from 'node:fs';
import { expect } from 'chai';
import koffi from 'koffi';
import { join } from 'node:path';
import { linuxHost } from '../../src/host/linux-host.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const OWNER = 4321;
const GROUP = 5432;

describe('what a user of the host may reach', () => {
  const { files, mounts } = linuxHost();
  const temporary = temporaryDirectory();
  const at = (name: string) => join(temporary.path, name);
  const user = { uid: OWNER, gid: GROUP };

  before(() => {
    chmodSync(temporary.path, 0o755);
  });
  after(() => temporary.cleanUp());

  it('names the first directory that the user may not enter', async () => {
    mkdirSync(at('a/b/c'), { recursive: true });
    expect(await files.firstClosedTo(at('a/b/c'), user)).to.equal(undefined);
    chmodSync(at('a/b/c'), 0o700);
    expect(await files.firstClosedTo(at('a/b/c'), user)).to.equal(at('a/b/c'));
    chmodSync(at('a'), 0o700);
    expect(await files.firstClosedTo(at('a/b/c'), user)).to.equal(at('a'));
    expect(await files.firstClosedTo(at('a/b/c'), { uid: 0, gid: 0 })).to.equal(undefined);
    chownSync(at('a'), 0, GROUP);
    chmodSync(at('a'), 0o710);
    expect(await files.firstClosedTo(at('a/b/c'), user)).to.equal(at('a/b/c'));
    chownSync(at('a/b/c'), OWNER, 0);
    expect(await files.firstClosedTo(at('a/b/c'), user)).to.equal(undefined);
  });

  it('asks for an open directory itself, whatever its name is by now', async () => {
    mkdirSync(at('writable'), { mode: 0o755 });
    chownSync(at('writable'), OWNER, GROUP);
    await mounts.directoryBeneath(at('writable'), temporary.path, async ({ path, uid, gid }) => {
      expect({ uid, gid }).to.deep.equal({ uid: OWNER, gid: GROUP });
      renameSync(at('writable'), at('renamed'));
      mkdirSync(at('writable'), { mode: 0o700 });
      expect(await files.mayWrite(path, user)).to.equal(true);
      expect(await files.mayWrite(path, { uid: 999, gid: GROUP })).to.equal(false);
      expect(await files.mayWrite(at('writable'), user)).to.equal(false);
    });
  });

  it('does not count the groups of this process', async () => {
    mkdirSync(at('of-root'), { mode: 0o750 });
    expect(await files.firstClosedTo(at('of-root'), user)).to.equal(at('of-root'));
  });

  it('counts access lists', async () => {
    mkdirSync(at('listed'), { mode: 0o700 });
    setAcl(at('listed'), OWNER);
    expect(await files.firstClosedTo(at('listed'), user)).to.equal(undefined);
    expect(await files.firstClosedTo(at('listed'), { uid: 999, gid: 999 })).to.equal(at('listed'));
  });
});

const setxattr = koffi
  .load(null)
  .func('int setxattr(const char *path, const char *name, void *value, size_t size, int flags)');

/** acl(5) as the attribute has it: user::rwx, user:UID:--x, group::---, mask::--x, other::---. */
function setAcl(path: string, uid: number): void {
  const entries = [
    [0x01, 7, -1],
    [0x02, 1, uid],
    [0x04, 0, -1],
    [0x10, 1, -1],
    [0x20, 0, -1],
  ] as const;
  const value = Buffer.alloc(4 + entries.length * 8);
  value.writeUInt32LE(2, 0);
  for (const [index, [tag, permissions, id]] of entries.entries()) {
    value.writeUInt16LE(tag, 4 + index * 8);
    value.writeUInt16LE(permissions, 6 + index * 8);
    value.writeInt32LE(id, 8 + index * 8);
  }
  expect(setxattr(path, 'system.posix_acl_access', value, value.length, 0)).to.equal(0);
}
