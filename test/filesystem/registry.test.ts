import { expect } from 'chai';
import { VolumeError } from '../../src/domain/errors.ts';
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
});
