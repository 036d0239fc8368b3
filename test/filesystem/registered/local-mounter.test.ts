import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { messageOf } from '../../../src/domain/errors.ts';
import { localMounter } from '../../../src/filesystem/registered/local-mounter.ts';
import { registrationSchema, type DirectoryRegistration } from '../../../src/filesystem/registered/registration.ts';
import { linuxHost } from '../../../src/host/linux-host.ts';
import { killProcess, processesMarked } from '../../../src/host/processes.ts';
import { failureOf } from '../../support/failure.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../../support/temporary.ts';

/** What serves the mount has two seconds' worth of writes to store when that is gone. */
const SLOW = `
mount --bind "$1" "$2"
( while mountpoint -q "$2"; do sleep 0.02; done; sleep 2; touch "$1/stored" ) &
`;

describe('the mounter of this machine', function () {
  this.timeout(20_000);
  const host = linuxHost();
  const mounter = localMounter(host);
  let directory: TemporaryDirectory;
  let source: string;
  let target: string;

  beforeEach(() => {
    directory = temporaryDirectory('tome-mounter');
    source = join(directory.path, 'source');
    target = join(directory.path, 'mounts/volume');
    mkdirSync(source);
  });

  afterEach(async () => {
    for (const left of processesMarked(`TOME_MOUNT=${target}`)) killProcess(left);
    while ((await host.mounts.find(target)) !== undefined) await host.mounts.unmount(target);
    await directory.cleanUp();
  });

  function request(): Parameters<typeof mounter.mount>[0] {
    const command = ['sh', '-c', SLOW, 'sh', source, target];
    const parsed = registrationSchema.parse({ name: 'slow', kind: 'directory', hooks: { mount: { command } } });
    const registration = parsed as DirectoryRegistration;
    return { volumeId: 'volume', registration, command, env: {}, source, target, timeoutMs: 10_000 };
  }

  it('does not kill what still stores what was written, when the volume is mounted again meanwhile', async () => {
    await mounter.mount(request());
    const unmounting = mounter.unmount({ ...request(), command: undefined, timeoutMs: 200 });
    expect(messageOf(await failureOf(unmounting))).to.contain('but what served it has not ended');
    expect(existsSync(join(source, 'stored'))).to.equal(false);
    const mounting = mounter.mount({ ...request(), timeoutMs: 200 });
    expect(messageOf(await failureOf(mounting))).to.contain('has not ended');
    await mounter.mount(request());
    expect(existsSync(join(source, 'stored'))).to.equal(true);
    await mounter.unmount({ ...request(), command: undefined });
  });
});
