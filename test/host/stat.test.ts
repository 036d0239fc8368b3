import { expect } from 'chai';
import { statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { linuxHost } from '../../src/host/linux-host.ts';
import { failureOf } from '../support/failure.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { mountImage } from '../support/xfs.ts';

describe('stat and usage', () => {
  const host = linuxHost();
  const temporary = temporaryDirectory();
  const at = (name: string) => join(temporary.path, name);

  after(() => temporary.cleanUp());

  it('says what is there, and follows no symlink', async () => {
    writeFileSync(at('file'), 'x'.repeat(10));
    truncateSync(at('file'), 1024 ** 2);
    symlinkSync(at('file'), at('link'));
    const { dev, ino } = statSync(at('file'));
    expect(await host.files.stat(at('file'))).to.deep.include({
      kind: 'file',
      size: 1024 ** 2,
      allocated: 4096,
      device: dev,
      inode: ino,
    });
    expect(await host.files.stat(at('link'))).to.include({ kind: 'symlink' });
    expect(await host.files.stat(temporary.path)).to.include({ kind: 'directory' });
    expect(await host.files.stat('/dev/null')).to.include({ kind: 'other' });
    expect(await host.files.stat(at('none'))).to.equal(undefined);
    expect(await failureOf(host.files.stat(at('file/below')))).to.include({ code: 'ENOTDIR' });
  });

  it('measures a filesystem and sees that it is read-only', async () => {
    await host.images.create(at('image'), 64 * 1024 ** 2);
    await host.run('mkfs.ext4', ['-q', at('image')]);
    await host.files.makeDirectory(at('mounted'));
    await mountImage(at('image'), { target: at('mounted'), fsType: 'ext4', readOnly: true });
    const usage = await host.files.usage(at('mounted'));
    expect(usage).to.include({ readOnly: true, type: 0xef53, totalInodes: 16384, freeInodes: 16373 });
    expect(usage.totalBytes).to.be.within(50 * 1024 ** 2, 64 * 1024 ** 2);
    expect(usage.availableBytes).to.be.within(1, usage.freeBytes - 1);
    expect((await host.files.usage(temporary.path)).readOnly).to.equal(false);
    expect(await failureOf(host.files.usage(at('none')))).to.include({ code: 'ENOENT' });
  });
});
