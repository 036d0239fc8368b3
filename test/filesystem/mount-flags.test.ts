import { expect } from 'chai';
import fc from 'fast-check';
import { VolumeError } from '../../src/domain/errors.ts';
import { filesystems } from '../../src/filesystem/registry.ts';
import { linuxHost } from '../../src/host/linux-host.ts';

const registry = filesystems(linuxHost());

const SELINUX = 'context="system_u:object_r:container_file_t:s0:c1,c2"';
const COMMON = [
  'ro',
  'noatime',
  'nodiratime',
  'relatime',
  'lazytime',
  'nosuid',
  'nodev',
  'noexec',
  'nosymfollow',
  'discard',
];

const ALLOWED: readonly (readonly [string, readonly string[]])[] = [
  ['ext4', ['commit=30', 'data=journal', 'errors=remount-ro', 'nodelalloc', 'stripe=16']],
  ['xfs', ['logbsize=256k', 'logbufs=8', 'allocsize=64m', 'inode64', 'largeio']],
  ['btrfs', ['compress=zstd:3', 'compress', 'compress-force=lzo', 'ssd', 'autodefrag', 'commit=120', 'nodatacow']],
];

const NEVER = [
  '',
  ' ',
  'noatime,nosuid',
  'context=system_u:object_r:container_file_t:s0:c1,c2',
  'context="s0",suid',
  'context="a"b"',
  'context=""',
  'context="/dev/sda"',
  'fscontext="s0"',
  'noatime ',
  'noatime\n',
  'noatime\0',
  'Noatime',
  'n\u00f6atime',
  '\ud800',
  '-o',
  'rw',
  'bind',
  'remount',
  'loop',
  'suid',
  'dev',
  'nouuid',
  'norecovery',
  'noload',
  'x'.repeat(10_000),
  'constructor',
];

const REFUSED: readonly (readonly [string, string])[] = [
  ...registry.names.flatMap((name) => NEVER.map((flag): readonly [string, string] => [name, flag])),
  ['ext4', 'errors=panic'],
  ['ext4', 'journal_path=/dev/sda'],
  ['ext4', 'journal_dev=0x801'],
  ['ext4', 'sb=8193'],
  ['ext4', 'nobarrier'],
  ['ext4', 'barrier=0'],
  ['ext4', 'test_dummy_encryption'],
  ['ext4', 'commit=-1'],
  ['ext4', 'compress=zstd'],
  ['xfs', 'logdev=/dev/sda'],
  ['xfs', 'rtdev=/dev/sda'],
  ['xfs', 'sunit=8'],
  ['btrfs', 'subvol=/'],
  ['btrfs', 'subvolid=5'],
  ['btrfs', 'device=/dev/sda'],
  ['btrfs', 'degraded'],
  ['btrfs', 'rescue=all'],
  ['btrfs', 'compress=zstd:99'],
];

describe('mount flags', () => {
  for (const [name, flags] of ALLOWED) {
    it(`${name} takes the common ones and ${flags.join(' ')}`, () => {
      registry.get(name).checkMountFlags([...COMMON, ...flags]);
    });

    it(`${name} takes the label that the kubelet gives for SELinux`, () => {
      registry.get(name).checkMountFlags(['noatime', SELINUX]);
    });
  }

  for (const [name, flag] of REFUSED) {
    it(`${name} refuses ${JSON.stringify(flag.slice(0, 24))}, wherever it stands`, () => {
      expect(() => {
        registry.get(name).checkMountFlags(['noatime', flag, 'nodev']);
      })
        .to.throw(VolumeError, `is not allowed for ${name}; allowed are ro; noatime`)
        .with.property('reason', 'InvalidArgument');
    });
  }

  it('tells nobody the value of a flag, which may be a secret', () => {
    for (const flag of ['password=hunter2', 'a,hunter2']) {
      expect(() => {
        registry.get('ext4').checkMountFlags([flag]);
      })
        .to.throw(VolumeError)
        .with.property('message')
        .that.contains(flag.slice(0, flag.search(/[=,]/)))
        .and.does.not.contain('hunter2');
    }
  });

  it('refuses more than fits the data of a mount', () => {
    expect(() => {
      registry.get('ext4').checkMountFlags(Array.from({ length: 600 }, () => 'noatime'));
    }).to.throw(VolumeError, 'longer than 4000');
  });

  for (const name of registry.names) {
    it(`${name} never lets a comma, a path, a space or a character beyond ASCII through`, () => {
      const flag = fc.oneof(
        fc.constantFrom(...COMMON, 'commit=5'),
        fc.string({ unit: 'binary', maxLength: 24 }),
        fc
          .tuple(fc.constantFrom('noatime', 'commit=', 'compress=', 'logbufs=', 'data='), fc.string({ maxLength: 6 }))
          .map(([start, rest]) => start + rest),
      );
      fc.assert(
        fc.property(fc.array(flag, { maxLength: 4 }), (flags) => {
          try {
            registry.get(name).checkMountFlags(flags);
          } catch (error) {
            expect(error).to.be.instanceOf(VolumeError).with.property('reason', 'InvalidArgument');
            return;
          }
          for (const passed of flags) expect(passed).to.match(/^[a-z0-9_:=-]+$/);
        }),
        { numRuns: 3000 },
      );
    });
  }
});
