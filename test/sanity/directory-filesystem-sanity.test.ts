import { startDriver, type TestDriver } from '../support/driver.ts';
import { gocryptfs } from '../support/registered-filesystems.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';
import { expectAllPassed, ofImages, runSanity } from './run-sanity.ts';

describe('csi-sanity with a registered filesystem of a directory (gocryptfs)', function () {
  this.timeout(300_000);
  let directory: TemporaryDirectory;
  let driver: TestDriver;

  beforeEach(async () => {
    directory = temporaryDirectory();
    const options = { maxVolumesPerNode: 3, logLevel: 'silent' as const, filesystems: [gocryptfs] };
    driver = await startDriver(directory.path, options);
  });

  afterEach(async () => {
    await driver.close();
    await directory.cleanUpUnused();
  });

  it('passes every spec but those that are about copies', async () => {
    const parameters = 'filesystem: gocryptfs\n';
    const specs = await runSanity(directory.path, driver.socket, { parameters, skip: Object.keys(ofImages) });
    expectAllPassed(specs, ofImages);
  });
});
