import { expect } from 'chai';
import { VolumeError } from '../../src/domain/errors.ts';
import { registrationSchema } from '../../src/filesystem/registered/registration.ts';
import { filesystems } from '../../src/filesystem/registry.ts';
import { linuxHost } from '../../src/host/linux-host.ts';

describe('the registry of filesystems', () => {
  const registry = filesystems(linuxHost());

  it('has ext4, xfs and btrfs, each by its own name', () => {
    expect(registry.names).to.deep.equal(['ext4', 'xfs', 'btrfs']);
    for (const name of registry.names) expect(registry.get(name).name).to.equal(name);
  });

  for (const name of ['', 'ext3', 'EXT4', 'constructor', '\ud800', 'x'.repeat(5000)]) {
    it(`refuses ${JSON.stringify(name.slice(0, 16))} and says what there is`, () => {
      expect(() => registry.get(name))
        .to.throw(VolumeError, 'ext4, xfs, btrfs')
        .with.property('reason', 'InvalidArgument');
    });
  }

  describe('with what the operator has registered', () => {
    const image = registrationSchema.parse({
      name: 'mine',
      kind: 'image',
      arguments: { level: { pattern: '[1-9]', default: '6' }, label: { pattern: '[a-z]+' } },
      mountFlags: ['fast=[0-9]'],
      hooks: { format: { command: ['mkfs', '{device}'] }, mount: { command: ['mount', '{device}', '{target}'] } },
    });
    const directory = registrationSchema.parse({
      name: 'bucket',
      kind: 'directory',
      stores: 'elsewhere',
      sharing: 'many',
      hooks: { mount: { command: ['mount', '{target}'] } },
    });
    const all = filesystems(linuxHost(), [image, directory]);

    it('has all of them by name, each for what it is', () => {
      expect(all.names).to.deep.equal(['ext4', 'xfs', 'btrfs', 'mine', 'bucket']);
      expect(all.get('mine', { id: 'vol-1', arguments: { level: '1', label: 'a' } }).name).to.equal('mine');
      expect(all.directory('bucket')).to.equal(directory);
      expect(all.directory('mine')).to.equal(undefined);
      expect(all.directory('ext4')).to.equal(undefined);
      expect(() => all.get('bucket'))
        .to.throw(VolumeError, "a directory's")
        .with.property('reason', 'InvalidArgument');
      expect(() => all.directory('none')).to.throw(VolumeError, 'ext4, xfs, btrfs, mine, bucket');
      expect(() => all.rulebook.get('none')).to.throw(VolumeError, 'ext4, xfs, btrfs, mine, bucket');
    });

    it('has rules for each of them', () => {
      const rules = all.names.map((name) => all.rulebook.get(name));
      expect(rules.map(({ kind }) => kind)).to.deep.equal(['image', 'image', 'image', 'image', 'directory']);
      expect(rules.map(({ sharing }) => sharing)).to.deep.equal(['one', 'one', 'one', 'one', 'many']);
      expect(rules.map(({ canGrow }) => canGrow)).to.deep.equal([true, true, true, false, false]);
      for (const name of ['mine', 'bucket']) {
        expect(() => {
          all.rulebook.get(name).checkMkfsOptions(['-x', 'y']);
        }).to.throw(VolumeError, 'arg.NAME');
      }
    });

    it('lets a class choose what is declared, and nothing else', () => {
      const rules = all.rulebook.get('mine');
      expect(rules.checkArguments({ label: 'blue' })).to.deep.equal({ level: '6', label: 'blue' });
      expect(() => rules.checkArguments({})).to.throw(VolumeError, 'arg.label');
      for (const [given, problem] of [
        [{ label: 'blue', level: '10' }, 'level'],
        [{ label: 'blue\n' }, 'label'],
        [{ label: 'blue green' }, 'label'],
        [{ label: 'blue', other: 'x' }, 'no argument other'],
        [{ label: 'blue', toString: 'x' }, 'no argument toString'],
      ] as const) {
        expect(() => rules.checkArguments(given))
          .to.throw(VolumeError, problem)
          .with.property('reason', 'InvalidArgument');
      }
      expect(() => all.rulebook.get('ext4').checkArguments({ level: '1' })).to.throw(VolumeError, 'it has none');
    });

    it('lets a mount program have the flags that are declared for it, and no others', () => {
      const rules = all.rulebook.get('mine');
      rules.checkMountFlags(['ro', 'fast=1']);
      for (const flag of ['noatime', 'fast=x', 'fast=1,suid', '']) {
        expect(() => {
          rules.checkMountFlags([flag]);
        }).to.throw(VolumeError, 'ro; fast=[0-9]');
      }
    });

    it('has each name once', () => {
      expect(() => filesystems(linuxHost(), [image, image])).to.throw(
        VolumeError,
        'mine is taken, it is registered twice',
      );
      expect(() => filesystems(linuxHost(), [{ ...image, name: 'xfs' }])).to.throw(
        VolumeError,
        'xfs is taken, the driver',
      );
    });
  });
});
