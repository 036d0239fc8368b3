import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { linuxHost } from '../../src/host/linux-host.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';

/** Of attributes, after which the kernel asks the server again: gocryptfs's are good for one second. */
const FORGOTTEN_MS = 1_500;
const STOPPED_SECONDS = 3;

describe('a directory whose server does not answer', function () {
  this.timeout(20_000);
  const host = linuxHost();
  let directory: TemporaryDirectory;
  let target: string;

  beforeEach(() => {
    directory = temporaryDirectory('tome-look-at');
    target = join(directory.path, 'target');
    const source = join(directory.path, 'source');
    for (const path of [target, source]) mkdirSync(path);
    const key = ['-q', '-nosyslog', '-extpass', 'echo', '-extpass', 'key'];
    execFileSync('gocryptfs', ['-init', '-scryptn', '10', ...key, source]);
    execFileSync('gocryptfs', [...key, source, target], { stdio: 'ignore' });
  });

  afterEach(async () => {
    await host.mounts.unmount(target, { lazy: true });
    await directory.cleanUp();
  });

  const looks: Readonly<Record<string, () => Promise<unknown>>> = {
    stat: () => host.files.stat(target),
    placeOf: () => host.mounts.placeOf(target),
    directoryBeneath: () => host.mounts.directoryBeneath(target, directory.path, () => Promise.resolve()),
  };
  for (const [name, look] of Object.entries(looks)) {
    it(`holds up nobody but who asks (${name})`, async () => {
      await delay(FORGOTTEN_MS);
      const server = execFileSync('pgrep', ['-f', `gocryptfs -fg.* ${target}$`], { encoding: 'utf8' }).trim();
      process.kill(Number(server), 'SIGSTOP');
      // Not by a timer of this process, which would be held up, too, were it not as it should be.
      const waker = spawn('sh', ['-c', `sleep ${STOPPED_SECONDS}; kill -CONT ${server}`]);
      const woken = once(waker, 'exit');
      const begun = performance.now();
      const looking = look();
      await delay(100);
      expect(performance.now() - begun).to.be.lessThan(1000);
      await looking;
      expect(performance.now() - begun).to.be.greaterThan(1000);
      await woken;
    });
  }
});
