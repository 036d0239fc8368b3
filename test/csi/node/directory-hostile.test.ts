import { expect } from 'chai';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  rmdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { VolumeError } from '../../../src/domain/errors.ts';
import { HostError } from '../../../src/host/host-error.ts';
import { failureOf, host } from '../../pool/open-test-pool.ts';
import { flipping } from '../../support/flip.ts';
import { directoryPlace, type DirectoryPlace } from './directory-place.ts';

const ROUNDS = 600;
/** Of each outcome, which take turns as the machine is loaded. */
const ENOUGH = 20;
const MOST = 20_000;

/** What the record says was right when it was written; all of this happens between that and a staging. */
describe('a managed volume whose directory is tampered with', function () {
  this.timeout(120_000);
  let place: DirectoryPlace;
  let outside: string;

  beforeEach(async () => {
    place = await directoryPlace();
    outside = join(place.directory.path, 'outside');
    mkdirSync(join(outside, 'b/c'), { recursive: true });
    for (const below of ['', 'b', 'b/c']) writeFileSync(join(outside, below, 'witness'), 'nobody may see this');
    mkdirSync(place.data('a/b/c'), { recursive: true });
  });
  afterEach(() => place.directory.cleanUp());

  const nested = () => place.create('v', { hostPath: place.data('a/b/c') });

  it('is not followed through a symlink at any component, nor when that leads to a place beneath the root', async () => {
    const volume = await nested();
    mkdirSync(place.data('elsewhere/b/c'), { recursive: true });
    for (const component of ['a', 'a/b', 'a/b/c']) {
      const path = place.data(component);
      const below = component.slice(1);
      for (const target of [
        join(outside, below),
        place.data('elsewhere', below),
        `/proc/self/root${join(outside, below)}`,
      ]) {
        renameSync(path, `${path}.kept`);
        symlinkSync(target, path);
        const refused = await failureOf(place.stage(volume));
        expect(refused, `${component} to ${target}`).to.include({ reason: 'FailedPrecondition' });
        expect(refused.message).to.contain('symlink');
        rmSync(path);
        renameSync(`${path}.kept`, path);
      }
    }
    expect(await place.mounts()).to.deep.equal([]);
    await place.stage(volume);
  });

  for (const component of ['a', 'a/b', 'a/b/c']) {
    it(`never shows anything outside of the root while ${component} is swapped for a symlink in a loop`, async () => {
      const volume = await nested();
      writeFileSync(place.data('a/b/c/own'), 'seen');
      const stop = await flipping(place.data(component), join(outside, component.slice(1)));
      const seen = { shown: 0, refused: 0 };
      try {
        for (let round = 0; round < ROUNDS || (Math.min(seen.shown, seen.refused) <= ENOUGH && round < MOST); round++) {
          try {
            await place.stage(volume);
          } catch (error) {
            if (!(error instanceof VolumeError) && !(error instanceof HostError)) throw error;
            seen.refused++;
            continue;
          }
          expect(readdirSync(place.at('staging'))).to.deep.equal(['own']);
          seen.shown++;
          await place.unstage(volume);
        }
      } finally {
        await stop();
      }
      expect(seen.shown, JSON.stringify(seen)).to.be.greaterThan(ENOUGH);
      expect(seen.refused, JSON.stringify(seen)).to.be.greaterThan(ENOUGH);
      expect(await place.mounts()).to.deep.equal([]);
      const witnesses = ['', 'b', 'b/c'].map((below) => readFileSync(join(outside, below, 'witness'), 'utf8'));
      expect(new Set(witnesses)).to.deep.equal(new Set(['nobody may see this']));
    });
  }

  it('is refused when the directory is gone or a file, when its root is a symlink or gone, and when the root is no longer allowed', async () => {
    const volume = await nested();
    const refused = async () => {
      const { reason, message } = await failureOf(place.stage(volume));
      expect(reason, message).to.equal('FailedPrecondition');
      return message;
    };
    rmdirSync(place.data('a/b/c'));
    expect(await refused()).to.contain('does not exist');
    writeFileSync(place.data('a/b/c'), '');
    expect(await refused()).to.contain('not a directory');
    const root = dirname(place.data('a'));
    renameSync(root, `${root}.kept`);
    expect(await refused()).to.contain('is not there');
    symlinkSync(`${root}.kept`, root);
    expect(await refused()).to.contain('symlink');
    rmSync(root);
    renameSync(`${root}.kept`, root);
    rmSync(place.data('a/b/c'));
    mkdirSync(place.data('a/b/c'));
    Object.assign(place.managed, { roots: [{ path: outside, shared: false }] });
    expect(await refused()).to.contain('not beneath a managed root');
    Object.assign(place.managed, { roots: [{ path: root, shared: false }] });
    await place.stage(volume);
  });

  it('shows the directory that is there by now, such as one from a backup', async () => {
    const volume = await nested();
    renameSync(place.data('a/b/c'), place.data('a/b/old'));
    mkdirSync(place.data('a/b/c'));
    writeFileSync(place.data('a/b/c/restored'), '');
    await place.stage(volume);
    expect(readdirSync(place.at('staging'))).to.deep.equal(['restored']);
  });

  it('goes on showing the same directory when that is swapped while it is staged', async () => {
    const volume = await nested();
    writeFileSync(place.data('a/b/c/own'), '');
    await place.stage(volume);
    renameSync(place.data('a/b/c'), place.data('a/b/kept'));
    symlinkSync(join(outside, 'b/c'), place.data('a/b/c'));
    await place.publish(volume);
    expect(readdirSync(place.at('target'))).to.deep.equal(['own']);
    await place.unpublish(volume);
    await place.unstage(volume);
    expect(await place.mounts()).to.deep.equal([]);
  });

  it('is refused while another volume shows that directory, wherever it was renamed to', async () => {
    const first = await place.create('first', {}, { exclusive: true });
    const second = await place.create('second');
    await place.stage(first);
    renameSync(place.data('second'), place.data('second.kept'));
    renameSync(place.data('first'), place.data('second'));
    const refused = await failureOf(place.stage(second, { staging: place.at('elsewhere') }));
    expect(refused).to.include({ reason: 'FailedPrecondition' });
    expect(refused.message).to.contain(`${place.data('second')} is volume "first"`);
    renameSync(place.data('second'), place.data('third'));
    mkdirSync(place.data('third/below'));
    for (const hostPath of [place.data('third'), place.data('third/below')]) {
      expect((await failureOf(place.create('third', { hostPath }))).message).to.contain('volume "first"');
    }
    await place.unstage(first);
    await place.create('third', { hostPath: place.data('third') });
  });

  it('may have any name', async () => {
    const names = [
      '#hash',
      '\\134octal',
      '\\040',
      'with space',
      'é😀',
      '-rf',
      '..x',
      'a\'b"c$(d)`e`',
      'x'.repeat(255),
      '*?[',
    ];
    for (const [index, name] of names.entries()) {
      mkdirSync(place.data(name));
      writeFileSync(place.data(name, 'own'), '');
      const volume = await place.create(`odd-${index}`, { hostPath: place.data(name) });
      await place.stage(volume);
      await place.publish(volume);
      await (await place.restarted()).publish(volume);
      expect(readdirSync(place.at('target')), name).to.deep.equal(['own']);
      await place.unpublish(volume);
      await place.unstage(volume);
      expect(await place.mounts(), name).to.deep.equal([]);
    }
  });

  it('is staged and published at paths with odd names', async () => {
    const volume = await nested();
    for (const name of ['new\nline', 'tab\there', '\\134', '#', 'x'.repeat(255)]) {
      const ask = { staging: place.at(`s${name}`.slice(0, 255)), target: place.at(name) };
      await place.stage(volume, ask);
      await place.publish(volume, ask);
      await place.publish(volume, ask);
      expect(
        (await place.shown.of(volume.id)).map(({ target }) => target),
        JSON.stringify(name),
      ).to.have.members([ask.staging, ask.target]);
      await place.unpublish(volume, ask.target);
      await place.unstage(volume, ask.staging);
      expect(await place.mounts()).to.deep.equal([]);
    }
  });

  it('is not led out of the node’s own directories by a staging or target path', async () => {
    const volume = await nested();
    symlinkSync(outside, place.at('escape'));
    for (const staging of [place.at('escape/x'), `${place.at('x')}/../../outside/x`, place.data('x'), '/mnt']) {
      const { reason, message } = await failureOf(place.stage(volume, { staging }));
      expect(reason, message).to.equal('InvalidArgument');
    }
    symlinkSync(outside, place.at('link'));
    expect(await failureOf(place.stage(volume, { staging: place.at('link') }))).to.include({
      reason: 'InvalidArgument',
    });
    await place.stage(volume);
    expect(await failureOf(place.publish(volume, { target: place.at('link') }))).to.include({
      reason: 'InvalidArgument',
    });
    expect(readdirSync(outside).sort()).to.deep.equal(['b', 'witness']);
    expect(statSync(outside).dev).to.equal(statSync(place.directory.path).dev);
  });

  it('leaves mounts alone that are not its own, though they show the same directory', async () => {
    const volume = await nested();
    for (const name of ['staging', 'target']) {
      mkdirSync(place.at(name));
      await host.mounts.bind({ source: place.data('a/b/c'), target: place.at(name), readOnly: false });
    }
    expect(await failureOf(place.stage(volume))).to.include({ reason: 'FailedPrecondition' });
    expect(await failureOf(place.unpublish(volume))).to.include({ reason: 'FailedPrecondition' });
    await place.unstage(volume);
    expect(await place.mounts()).to.deep.equal(['staging', 'target']);
  });
});
