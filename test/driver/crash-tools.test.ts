import { existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { volumeId } from '../../src/domain/ids.ts';
import { MiB } from '../../src/domain/sizes.ts';
import { filesystems } from '../../src/filesystem/registry.ts';
import { linuxHost } from '../../src/host/linux-host.ts';
import { DriverProcesses, type DriverProcess } from '../support/driver-process.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';
import { Orchestrator } from './crash-orchestrator.ts';
import { until } from '../support/until.ts';

const host = linuxHost();
const ext4 = filesystems(host).get('ext4');

/** The first that is started opens what it is to work on, says so, and waits for leave to go on. */
const SLOW_TOOL = `#!/bin/sh
here=$(dirname "$0")
exec 3<"$1"
if mkdir "$here/started" 2>/dev/null; then
  while [ ! -e "$here/leave" ]; do sleep 0.02; done
fi
PATH="\${PATH#"$here":}" exec "$(basename "$0")" "$@"
`;

describe('A tool that outlives the driver', function () {
  this.timeout(60_000);
  let directory: TemporaryDirectory;
  let processes: DriverProcesses;
  let driver: DriverProcess | undefined;

  beforeEach(async () => {
    directory = temporaryDirectory('tome-crash');
    await mkdir(join(directory.path, 'tools'));
    await writeFile(join(directory.path, 'tools/resize2fs'), SLOW_TOOL);
    await chmod(join(directory.path, 'tools/resize2fs'), 0o755);
    const PATH = `${join(directory.path, 'tools')}:${process.env['PATH'] ?? ''}`;
    processes = await DriverProcesses.load(directory.path, { PATH });
  });
  afterEach(async () => {
    await writeFile(join(directory.path, 'tools/leave'), '');
    await driver?.kill();
    await processes.close();
    await directory.cleanUp();
  });

  it('has the volume to itself: it is not mounted beside a tool that grows it', async () => {
    const work = join(directory.path, 'work');
    const co = new Orchestrator(work, () => {
      if (driver === undefined) throw new Error('the driver does not run');
      return driver.clients;
    });
    await mkdir(join(work, co.stagingOf('volume')), { recursive: true });
    driver = await processes.start(work);
    await co.createVolume('volume');
    await co.expand('volume', 96 * MiB);

    const killed = co.stage('volume').catch(() => 'killed');
    await until(() => existsSync(join(directory.path, 'tools/started')));
    // Then the tool only asks the kernel to resize it.
    const isMounted = (await host.mounts.find(join(work, co.stagingOf('volume')))) !== undefined;
    await driver?.kill();
    expect(await killed).to.equal('killed');

    driver = await processes.start(work);
    const outcome = await co.stage('volume').then(
      () => 'staged',
      (error: unknown) => String(error),
    );
    expect(outcome).to.match(isMounted ? /staged/ : /FAILED_PRECONDITION: \/dev\/loop\d+ is held open/);

    await writeFile(join(directory.path, 'tools/leave'), '');
    await co.stage('volume');
    await co.unstage('volume');
    const image = join(work, 'state/pool/volumes', volumeId('volume'), 'image');
    expect(await ext4.check(image)).to.equal('');
    expect((await ext4.inspect(image))?.size).to.equal(96 * MiB);
  });
});
