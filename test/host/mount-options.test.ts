import { expect } from 'chai';
import { mountAttributes, mountFlags } from '../../src/host/mount-options.ts';

describe('mount options', () => {
  it('turns known ones into flags and keeps the rest as data, in order', () => {
    expect(mountFlags(['noatime', 'nodev', 'discard', 'ro', 'commit=5'])).to.deep.equal({
      flags: 0x400 | 0x4 | 0x1,
      data: 'discard,commit=5',
    });
    expect(mountFlags([])).to.deep.equal({ flags: 0, data: '' });
    expect(mountFlags(['sync', 'dirsync', 'nosuid', 'noexec', 'nodiratime', 'lazytime', 'defaults'])).to.deep.equal({
      flags: 0x10 | 0x80 | 0x2 | 0x8 | 0x800 | 0x2000000,
      data: '',
    });
  });

  it('lets a later one take an earlier one back', () => {
    expect(mountFlags(['ro', 'rw', 'nosuid', 'suid']).flags).to.equal(0);
    expect(mountFlags(['noatime', 'relatime']).flags).to.equal(0x200000);
    expect(mountFlags(['relatime', 'strictatime']).flags).to.equal(0x1000000);
  });

  it('gives a bind mount its own attributes', () => {
    expect(mountAttributes(['ro', 'noatime', 'noexec'])).to.deep.equal({
      set: 0x1 | 0x10 | 0x8,
      clear: 0x70,
      unknown: [],
    });
    expect(mountAttributes(['nosymfollow']).set).to.equal(0x200000);
    expect(mountAttributes(['relatime'])).to.deep.equal({ set: 0, clear: 0x70, unknown: [] });
    expect(mountAttributes(['discard', 'commit=5']).unknown).to.deep.equal(['discard', 'commit=5']);
  });
});
