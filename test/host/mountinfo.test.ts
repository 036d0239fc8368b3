import { expect } from 'chai';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseMountinfo } from '../../src/host/mountinfo.ts';
import { linuxHost } from '../../src/host/linux-host.ts';
import { temporaryDirectory } from '../support/temporary.ts';

describe('mountinfo', () => {
  const { mounts } = linuxHost();
  const temporary = temporaryDirectory();
  const at = (name: string) => join(temporary.path, name);

  after(() => temporary.cleanUp());

  it('parses optional fields, escapes and large minor numbers', () => {
    const text = [
      '36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 shared:7 - ext3 /dev/root rw,errors=continue',
      '37 35 7:260 / /with\\040space\\134 ro,relatime - fuse.x\\0431 my\\040source ro',
    ].join('\n');
    expect(parseMountinfo(`${text}\n`)).to.deep.equal([
      {
        id: 36,
        deviceNumber: 98 * 256,
        root: '/mnt1',
        target: '/mnt2',
        fsType: 'ext3',
        source: '/dev/root',
        options: ['rw', 'noatime'],
        readOnly: false,
        superReadOnly: false,
        superOptions: ['rw', 'errors=continue'],
      },
      {
        id: 37,
        deviceNumber: 0x100704,
        root: '/',
        target: '/with space\\',
        fsType: 'fuse.x#1',
        source: 'my source',
        options: ['ro', 'relatime'],
        readOnly: true,
        superReadOnly: true,
        superOptions: ['ro'],
      },
    ]);
  });

  it('finds mounts with odd names, and only at exactly their path', async () => {
    for (const name of ['plain', 'with space', 'tab\there', 'new\nline', 'back\\slash', 'ünï - cödé', '#hash']) {
      const target = at(name);
      mkdirSync(target);
      expect(await mounts.find(target), name).to.equal(undefined);
      await mounts.mount({ source: 'odd name', target, fsType: 'tmpfs', options: ['size=64k'] });
      const found = await mounts.find(target);
      expect(found, name).to.deep.include({ target, fsType: 'tmpfs', source: 'odd name', root: '/' });
      expect(found?.deviceNumber).to.equal(statSync(target).dev);
      expect((await mounts.list()).filter((mount) => mount.target === target)).to.deep.equal([found]);
      expect(await mounts.find(`${target}x`)).to.equal(undefined);
    }
  });

  it('finds the topmost of several mounts', async () => {
    mkdirSync(at('stack'));
    for (const source of ['bottom', 'middle', 'top']) {
      await mounts.mount({ source, target: at('stack'), fsType: 'tmpfs', options: [] });
    }
    const seen: (string | undefined)[] = [];
    for (let layer = 0; layer < 3; layer++) {
      seen.push((await mounts.find(at('stack')))?.source);
      await mounts.unmount(at('stack'));
    }
    expect(seen).to.deep.equal(['top', 'middle', 'bottom']);
    expect(await mounts.find(at('stack'))).to.equal(undefined);
  });
});
