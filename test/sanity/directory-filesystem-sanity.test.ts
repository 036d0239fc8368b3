import { startDriver, type TestDriver } from '../support/driver.ts';
import { gocryptfs } from '../support/registered-filesystems.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';
import { expectAllPassed, runSanity } from './run-sanity.ts';

const NO_COPIES = 'a directory is not copied by the driver';
const NO_SNAPSHOTS = 'there are no snapshots of a directory, so none to list, to get or to delete';

/** What makes no sense for a filesystem that is a directory, and why; all else passes. */
const SKIPPED: Readonly<Record<string, string>> = {
  'should create volume from an existing source snapshot': NO_COPIES,
  'should create volume from an existing source volume': NO_COPIES,
  'should return snapshots that match the specified snapshot id': NO_SNAPSHOTS,
  'should return snapshots that match the specified source volume id': NO_SNAPSHOTS,
  'check the presence of new snapshots in the snapshot list': NO_SNAPSHOTS,
  'ListSnapshots [Controller Server] should return next token when a limited number': NO_SNAPSHOTS,
  'should succeed when requesting to create a snapshot with already existing name and same source': NO_SNAPSHOTS,
  'should fail when requesting to create a snapshot with already existing name and different source': NO_SNAPSHOTS,
  'should succeed when creating snapshot with maximum-length name': NO_SNAPSHOTS,
  'should succeed when creating a snapshot with accessibility requirements': NO_SNAPSHOTS,
  'DeleteSnapshot [Controller Server] should return appropriate values': NO_SNAPSHOTS,
  'GetSnapshot [Controller Server] should return snapshot that match the specified snapshot id': NO_SNAPSHOTS,
};

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
    const specs = await runSanity(directory.path, driver.socket, { parameters, skip: Object.keys(SKIPPED) });
    expectAllPassed(specs, SKIPPED);
  });
});
