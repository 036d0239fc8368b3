import { expect } from 'chai';
import fc from 'fast-check';
import { VolumeError } from '../../src/domain/errors.ts';
import { filesystems } from '../../src/filesystem/registry.ts';
import { linuxHost } from '../../src/host/linux-host.ts';

const registry = filesystems(linuxHost());

const ALLOWED: readonly (readonly [string, string])[] = [
  ['ext4', ''],
  ['ext4', '-b 4096'],
  ['ext4', '-I 512 -i 65536 -m 5 -L data-1'],
  ['ext4', '-N 4000 -T largefile4 -J size=64'],
  ['ext4', '-E stride=16,stripe_width=64,root_owner=1000:1000 -O dir_index,^orphan_file'],
  ['xfs', '-b size=4096 -i size=512,maxpct=5 -l size=64m'],
  ['xfs', '-d agcount=8,su=64k,sw=2 -m reflink=1,bigtime=0 -L data'],
  ['btrfs', '-n 16384 -d single -m dup --csum sha256 -L data'],
];

const REFUSED: readonly (readonly [string, readonly string[]])[] = [
  ['ext4', ['-J', 'device=/dev/sda']],
  ['ext4', ['-O', '^has_journal']],
  ['ext4', ['-O', 'dir_index,^metadata_csum']],
  ['ext4', ['-O', 'journal_dev']],
  ['ext4', ['-d', '/etc']],
  ['ext4', ['-E', 'offset=4096']],
  ['ext4', ['-E', 'stride=1,']],
  ['ext4', ['-b']],
  ['ext4', ['-b', '8192']],
  ['ext4', ['-b', '1024', '-b', '4096']],
  ['ext4', ['-b1024']],
  ['ext4', ['-b', '1024\n']],
  ['ext4', ['-b 4096']],
  ['ext4', ['-L', '-n']],
  ['ext4', ['/dev/sda']],
  ['ext4', ['', '']],
  ['ext4', ['__proto__', '1024']],
  ['xfs', ['-l', 'logdev=/dev/sda']],
  ['xfs', ['-d', 'file,name=/etc/passwd']],
  ['xfs', ['-m', 'crc=0']],
  ['xfs', ['-p', '/etc/passwd']],
  ['xfs', ['-r', 'rtdev=/dev/sda']],
  ['btrfs', ['--rootdir', '/etc']],
  ['btrfs', ['-d', 'raid1']],
  ['btrfs', ['--csum', 'xxhash']],
];

describe('the options of mkfs', () => {
  for (const [name, words] of ALLOWED) {
    it(`${name} takes ${JSON.stringify(words)}`, () => {
      registry.get(name).checkMkfsOptions(words === '' ? [] : words.split(' '));
    });
  }

  for (const [name, words] of REFUSED) {
    it(`${name} refuses ${JSON.stringify(words)} and says what it takes`, () => {
      expect(() => {
        registry.get(name).checkMkfsOptions(words);
      })
        .to.throw(VolumeError, /allowed are -b size=|allowed are -b 4096|allowed are -n 4096/)
        .with.property('reason', 'InvalidArgument');
    });
  }

  it('names the option that is at fault', () => {
    expect(() => {
      registry.get('ext4').checkMkfsOptions(['-I', '512', '-J', 'device=x']);
    }).to.throw('-J cannot be "device=x"');
  });

  for (const name of registry.names) {
    it(`${name} never lets a path, a space or a character beyond ASCII through`, () => {
      const word = fc.oneof(
        fc.constantFrom('-b', '-i', '-I', '-N', '-m', '-T', '-E', '-O', '-L', '-J', '-l', '-s', '-d', '-n', '--csum'),
        fc.string({ unit: 'binary', maxLength: 24 }),
        fc.stringMatching(/^[a-z_^]{0,12}=?[0-9/: ,]{0,8}[km]?$/),
      );
      fc.assert(
        fc.property(fc.array(word, { maxLength: 4 }), (words) => {
          try {
            registry.get(name).checkMkfsOptions(words);
          } catch (error) {
            expect(error).to.be.instanceOf(VolumeError).with.property('reason', 'InvalidArgument');
            return;
          }
          expect(words.length % 2).to.equal(0);
          for (const passed of words) expect(passed).to.match(/^[A-Za-z0-9_.,:=^-]+$/);
        }),
        { numRuns: 3000 },
      );
    });
  }
});
