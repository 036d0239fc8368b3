import { expect } from 'chai';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { nodeGetVolumeHealth } from '../../../src/csi/node/get-volume-health.ts';
import { nodeGetVolumeStats } from '../../../src/csi/node/get-volume-stats.ts';
import { rootProblems } from '../../../src/managed/root-problems.ts';
import { failureOf, host } from '../../pool/open-test-pool.ts';
import { directoryPlace, type DirectoryPlace } from './directory-place.ts';
import { until } from '../../support/until.ts';

/** A filesystem of a program, gocryptfs here, that the administrator has mounted beneath a managed root. */
describe('a managed volume on a filesystem whose server ends', function () {
  this.timeout(30_000);
  let place: DirectoryPlace;
  let server: ChildProcess;

  beforeEach(async () => {
    place = await directoryPlace();
    const aside = (name: string) => join(place.directory.path, name);
    mkdirSync(aside('cipher'));
    mkdirSync(place.data('fuse'));
    writeFileSync(aside('pass'), 'not a secret');
    const cheap = ['-scryptn', '10'];
    await host.run('gocryptfs', ['-q', '-init', ...cheap, '-passfile', aside('pass'), aside('cipher')]);
    await serve();
    mkdirSync(place.data('fuse/v'));
    writeFileSync(place.data('fuse/v/file'), 'served');
  });
  afterEach(async () => {
    await end();
    await place.directory.cleanUp();
  });

  async function serve(): Promise<void> {
    const aside = (name: string) => join(place.directory.path, name);
    const args = ['-fg', '-allow_other', '-passfile', aside('pass'), aside('cipher'), place.data('fuse')];
    server = spawn('gocryptfs', args, { stdio: ['ignore', 'pipe', 'ignore'] });
    // Mounted it is before that. Whoever then makes a file waits for the server, and the server, which tries one, for him.
    let said = '';
    server.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await until(() => Promise.resolve(said.includes('mounted and ready')));
  }

  async function end(): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return;
    server.kill('SIGKILL');
    await once(server, 'exit');
  }

  it('keeps no call waiting for long while that does not answer, and is taken away all the same', async () => {
    const volume = await place.create('v', { hostPath: place.data('fuse/v') });
    const many = { mode: 'SINGLE_NODE_MULTI_WRITER' } as const;
    await place.stage(volume, many);
    await place.publish(volume, many);
    server.kill('SIGSTOP');
    // What the kernel remembers of a directory is good for a second.
    await delay(1_500);
    const stats = { volumeId: volume.id, volumePath: place.at('target'), stagingTargetPath: '' };
    const health = { volumeId: volume.id, volumePublishPath: '', stagingTargetPath: '' };
    const begun = performance.now();
    const [statsRefusal, { volumeHealth }, problems, createRefusal, publishRefusal] = await Promise.all([
      failureOf(nodeGetVolumeStats(stats, place.deps)),
      nodeGetVolumeHealth(health, place.deps),
      rootProblems(place.managed, [{ path: place.data('fuse'), shared: true }]),
      failureOf(place.create('w', { hostPath: place.data('fuse/w') })),
      failureOf(place.publish(volume, { ...many, target: place.at('second') })),
    ]);
    for (const { reason, message } of [statsRefusal, createRefusal, publishRefusal]) {
      expect(reason, message).to.equal('Unavailable');
    }
    expect(volumeHealth?.healthStatuses?.[0]).to.include({ status: 'INACCESSIBLE' });
    expect(problems).to.have.lengthOf(1);
    await place.unpublish(volume);
    await place.unstage(volume);
    expect(performance.now() - begun).to.be.lessThan(12_000);
    expect(await place.mounts()).to.deep.equal([]);
  });

  it('says so, is taken away all the same, and is staged again when the filesystem is back', async () => {
    const volume = await place.create('v', { hostPath: place.data('fuse/v') });
    await place.stage(volume);
    await place.publish(volume);
    const user = await open(place.at('target/file'));
    await end();

    const health = { volumeId: volume.id, volumePublishPath: '', stagingTargetPath: '' };
    const { volumeHealth } = await nodeGetVolumeHealth(health, place.deps);
    expect(volumeHealth?.healthStatuses?.[0]).to.include({ status: 'INACCESSIBLE' });
    const stats = { volumeId: volume.id, volumePath: place.at('target'), stagingTargetPath: '' };
    expect(await failureOf(nodeGetVolumeStats(stats, place.deps))).to.include({ reason: 'FailedPrecondition' });
    expect((await failureOf(place.stage(volume))).message).to.match(/ENOTCONN|cannot be reached/);

    await place.unpublish(volume);
    await place.unstage(volume);
    expect(await place.mounts()).to.deep.equal([]);
    expect(await place.shown.knows(volume.id)).to.equal(false);
    await user.close().catch(() => undefined);

    await host.mounts.unmount(place.data('fuse'), { lazy: true });
    await serve();
    await place.stage(volume);
    await place.publish(volume);
    expect(readFileSync(place.at('target/file'), 'utf8')).to.equal('served');
  });

  it('is shown anew by the next call when the filesystem is back, though it is staged and published', async () => {
    const volume = await place.create('v', { hostPath: place.data('fuse/v') });
    const writers = { mode: 'SINGLE_NODE_MULTI_WRITER' } as const;
    await place.stage(volume, writers);
    await place.publish(volume, writers);
    await end();
    await host.mounts.unmount(place.data('fuse'), { lazy: true });
    await serve();
    await place.publish(volume, { ...writers, target: place.at('second') });
    expect(readFileSync(place.at('second/file'), 'utf8')).to.equal('served');
    await place.publish(volume, writers);
    expect(readFileSync(place.at('target/file'), 'utf8')).to.equal('served');
    for (const name of ['target', 'second']) await place.unpublish(volume, place.at(name));
    await place.unstage(volume);
    expect(await place.mounts()).to.deep.equal([]);
  });

  it('is refused with a mapping, by the name of the filesystem', async () => {
    const volume = await place.create('v', { hostPath: place.data('fuse/v'), containerUid: 1000 });
    const refused = await failureOf(place.stage(volume));
    expect(refused).to.include({ reason: 'FailedPrecondition' });
    expect(refused.message).to.contain('fuse');
  });
});
