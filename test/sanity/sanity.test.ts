import { expect } from 'chai';
import { ntfs } from '../support/ntfs.ts';
import { startDriver, type TestDriver } from '../support/driver.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';
import { expectAllPassed, runSanity } from './run-sanity.ts';

for (const fsType of ['ext4', 'xfs', 'btrfs', 'ntfs', 'block']) {
  describe(`csi-sanity with ${fsType} volumes`, function () {
    this.timeout(300_000);
    let directory: TemporaryDirectory;
    let driver: TestDriver;

    beforeEach(async () => {
      directory = temporaryDirectory();
      driver = await startDriver(directory.path, { maxVolumesPerNode: 3, logLevel: 'silent', filesystems: [ntfs] });
    });

    afterEach(async () => {
      await driver.close();
      await directory.cleanUpUnused();
    });

    it('passes every spec and skips none', async () => {
      const specs = await runSanity(
        directory.path,
        driver.socket,
        fsType === 'block'
          ? { parameters: 'provisioning: thin\n', access: 'block' }
          : { parameters: `filesystem: ${fsType}\n` },
      );
      expectAllPassed(specs);
      expect(specs.length).to.be.greaterThan(100);
    });
  });
}
