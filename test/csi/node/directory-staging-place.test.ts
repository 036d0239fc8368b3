import { expect } from 'chai';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { nodeGetVolumeStats } from '../../../src/csi/node/get-volume-stats.ts';
import { directoryPlace, type DirectoryPlace } from './directory-place.ts';
import { failureOf } from '../../pool/open-test-pool.ts';

/** As the kubelet has it, which asks nothing of what is mounted at the staging path and elsewhere, too. */
describe('directory volumes on a node of a cluster', () => {
  let place: DirectoryPlace;

  beforeEach(async () => {
    place = await directoryPlace();
    const directories = { ...place.deps.directories, stagesInside: true };
    Object.assign(place.deps, { directories });
  });
  afterEach(() => place.directory.cleanUp());

  it('show in the staging path, and leave nothing at it', async () => {
    const volume = await place.create('v');
    writeFileSync(place.data('v/file'), 'from the host');
    mkdirSync(place.at('staging'));
    await place.stage(volume);
    await place.stage(volume);
    expect(await place.mounts()).to.deep.equal([`staging/${volume.id}`]);
    await place.publish(volume);
    expect(readFileSync(place.at('target/file'), 'utf8')).to.equal('from the host');
    expect(await failureOf(place.unstage(volume))).to.include({ reason: 'FailedPrecondition' });

    await place.unpublish(volume);
    await place.unstage(volume);
    await place.unstage(volume);
    expect(await place.mounts()).to.deep.equal([]);
    rmdirSync(place.at('staging'));
    expect(existsSync(place.data('v/file'))).to.equal(true);
  });

  it('are found by the staging path and by the target path', async () => {
    const volume = await place.create('v');
    mkdirSync(place.at('staging'));
    await place.stage(volume);
    await place.publish(volume);
    for (const name of ['staging', 'target']) {
      const request = { volumeId: volume.id, volumePath: place.at(name), stagingTargetPath: '' };
      const { usage } = await nodeGetVolumeStats(request, place.deps);
      expect(
        usage?.map(({ unit }) => unit),
        name,
      ).to.deep.equal(['BYTES', 'INODES']);
    }
    const nowhere = { volumeId: volume.id, volumePath: place.at('nowhere'), stagingTargetPath: '' };
    expect(await failureOf(nodeGetVolumeStats(nowhere, place.deps))).to.include({ reason: 'NotFound' });
  });
});
