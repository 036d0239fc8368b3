import { expect } from 'chai';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeGetVolumeHealth } from '../../../src/csi/node/get-volume-health.ts';
import { nodeGetVolumeStats } from '../../../src/csi/node/get-volume-stats.ts';
import { host } from '../../pool/open-test-pool.ts';
import { directoryPlace, type DirectoryPlace } from './directory-place.ts';
import { refusal } from './node-place.ts';
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
    const args = ['-fg', '-q', '-allow_other', '-passfile', aside('pass'), aside('cipher'), place.data('fuse')];
    server = spawn('gocryptfs', args, { stdio: 'ignore' });
    await until(async () => (await host.mounts.find(place.data('fuse'))) !== undefined);
  }

  async function end(): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return;
    server.kill('SIGKILL');
    await once(server, 'exit');
  }

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
    expect(await refusal(nodeGetVolumeStats(stats, place.deps))).to.include({ reason: 'FailedPrecondition' });
    expect((await refusal(place.stage(volume))).message).to.match(/ENOTCONN|cannot be reached/);

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
    const refused = await refusal(place.stage(volume));
    expect(refused).to.include({ reason: 'FailedPrecondition' });
    expect(refused.message).to.contain('fuse');
  });
});
