import { expect } from 'chai';
import { mkdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { linuxHost } from '../../src/host/linux-host.ts';
import type { PinnedPath } from '../../src/host/host.ts';
import { failureOf } from '../support/failure.ts';
import { flipping } from '../support/flip.ts';
import { temporaryDirectory } from '../support/temporary.ts';

describe('beneath', () => {
  const { files, mounts } = linuxHost();
  const temporary = temporaryDirectory();
  const at = (name: string) => join(temporary.path, name);
  const resolve = (path: string, roots: readonly string[] = [at('root')]) =>
    mounts.beneath(path, roots, (pinned) => Promise.resolve(pinned.resolved));

  before(() => {
    mkdirSync(at('root/pod/volumes'), { recursive: true });
    mkdirSync(at('outside/volumes'), { recursive: true });
    mkdirSync(at('root-too'));
    writeFileSync(at('root/file'), '');
    symlinkSync(at('root/pod'), at('root/inner'));
    symlinkSync(at('outside'), at('root/escape'));
    symlinkSync(at('root'), at('alias'));
    symlinkSync(at('root/loop'), at('root/loop'));
  });
  after(() => temporary.cleanUp());

  it('gives a path through the parent, and the resolved one', async () => {
    const target = at('root/pod/volumes/target');
    await mounts.beneath(target, [at('root')], async (pinned: PinnedPath) => {
      expect(pinned.resolved).to.equal(target);
      expect(pinned.path).to.match(/^\/proc\/self\/fd\/\d+\/target$/);
      renameSync(at('root/pod'), at('root/moved'));
      mkdirSync(at('root/pod/volumes'), { recursive: true });
      await files.makeDirectory(pinned.path);
    });
    expect(statSync(at('root/moved/volumes/target')).isDirectory()).to.equal(true);
    expect(await files.list(at('root/pod/volumes'))).to.deep.equal([]);
    rmSync(at('root/moved'), { recursive: true });
  });

  it('resolves symlinks on the way, in the path and in the roots', async () => {
    expect(await resolve(at('root/inner/volumes/x'))).to.equal(at('root/pod/volumes/x'));
    expect(await resolve(at('root/pod/x'), [at('none'), `${at('alias')}/`])).to.equal(at('root/pod/x'));
    expect(await resolve(at('alias/pod/x'), ['/'])).to.equal(at('root/pod/x'));
    expect(await resolve('/top', ['/'])).to.equal('/top');
    expect(await resolve(at('root/x'))).to.equal(at('root/x'));
  });

  it('refuses what leads elsewhere', async () => {
    for (const path of [at('root/escape/x'), at('root/escape/volumes/x'), at('root-too/x'), at('root'), '/etc/x']) {
      expect(await failureOf(resolve(path)), path).to.include({ reason: 'InvalidArgument' });
    }
    expect(await failureOf(resolve(at('root/pod/x'), []))).to.include({ reason: 'InvalidArgument' });
    expect(await failureOf(resolve(at('root/pod/x'), [at('none')]))).to.include({ reason: 'InvalidArgument' });
  });

  it('refuses paths of the wrong form', async () => {
    const inside = at('root/pod');
    const wrong = [
      ...['', '.', 'relative/path', '/', '//', `${inside}/`, `${inside}//x`, `${inside}/../x`, `${inside}/./x`],
      ...[`${inside}/..`, '/..', `${inside}/\0`, `${inside}/${'x'.repeat(256)}`, `${inside}/${'ö'.repeat(128)}`],
      ...[`${inside}${'/x'.repeat(3000)}`, at('root/file/x'), at('root/loop/x')],
    ];
    for (const path of wrong) {
      expect(await failureOf(resolve(path, ['/'])), JSON.stringify(path)).to.include({ reason: 'InvalidArgument' });
    }
    expect(await failureOf(resolve(at('root/none/x')))).to.include({ reason: 'NotFound' });
  });

  it('is never led out by a symlink that is swapped in', async () => {
    mkdirSync(at('root/flip/volumes'), { recursive: true });
    const stop = await flipping(at('root/flip'), at('outside'));
    const outside = statSync(at('outside/volumes')).ino;
    const seen = { inside: 0, refused: 0 };
    const end = performance.now() + 300;
    while (performance.now() < end) {
      try {
        await mounts.beneath(at('root/flip/volumes/x'), [at('root')], async ({ path }) => {
          const parent = await files.stat(join(path, '..'));
          expect(parent?.inode).not.to.equal(outside);
        });
        seen.inside++;
      } catch (error) {
        if (!(error instanceof Error) || error.name !== 'VolumeError') throw error;
        seen.refused++;
      }
    }
    await stop();
    expect(seen.inside, JSON.stringify(seen)).to.be.greaterThan(10);
    expect(seen.refused, JSON.stringify(seen)).to.be.greaterThan(10);
  });
});
