import { expect } from 'chai';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { linuxHost } from '../../src/host/linux-host.ts';
import { startChild } from '../support/child.ts';
import { failureOf } from '../support/failure.ts';
import { temporaryDirectory } from '../support/temporary.ts';

describe('lock', () => {
  const { files } = linuxHost();
  const temporary = temporaryDirectory();
  const file = join(temporary.path, 'pool.json');
  const program = join(import.meta.dirname, 'fixtures/hold-lock.ts');

  before(() => {
    writeFileSync(file, '{}');
  });
  after(() => temporary.cleanUp());

  it('keeps a second one out until it is released', async () => {
    const first = await files.lock(file, 0);
    expect(await failureOf(files.lock(file, 30))).to.include({ reason: 'FailedPrecondition' });
    first.release();
    first.release();
    (await files.lock(file, 0)).release();
  });

  it('is held by another process until that is killed, and waited for', async () => {
    const child = await startChild(program, file);
    expect(child.line).to.equal('locked');
    expect(await failureOf(files.lock(file, 0))).to.include({ reason: 'FailedPrecondition' });
    const waiting = files.lock(file, 10_000);
    await child.kill();
    (await waiting).release();
  });

  it('is of the file that has the name, not of one that was replaced', async () => {
    const old = await files.lock(file, 0);
    writeFileSync(`${file}.new`, '{}');
    renameSync(`${file}.new`, file);
    const current = await files.lock(file, 0);
    old.release();
    expect(await failureOf(files.lock(file, 0))).to.include({ reason: 'FailedPrecondition' });
    current.release();
  });

  it('makes no file where there is none', async () => {
    expect(await failureOf(files.lock(join(temporary.path, 'none'), 0))).to.include({ code: 'ENOENT' });
  });
});
