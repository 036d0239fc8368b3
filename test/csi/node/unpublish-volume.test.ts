import { expect } from 'chai';
import { mkdir, open, rm, symlink, writeFile } from 'node:fs/promises';
import { volumeId } from '../../../src/domain/ids.ts';
import { nodeUnpublishVolume } from '../../../src/csi/node/unpublish-volume.ts';
import { failureOf, host } from '../../pool/open-test-pool.ts';
import { nodePlace, type NodePlace } from './node-place.ts';

describe('NodeUnpublishVolume', () => {
  let place: NodePlace;
  beforeEach(async () => {
    place = await nodePlace();
  });
  afterEach(() => place.cleanUp());

  it('unmounts the target and removes it; again is fine, and so is an unknown volume', async () => {
    const volume = await place.create('v');
    await place.stage(volume);
    await place.publish(volume);
    await place.unpublish(volume);
    expect(await host.files.stat(place.at('target'))).to.equal(undefined);
    await place.unpublish(volume);
    await place.unpublish(volume, place.at('no/such/directory'));
    await place.unpublish({ id: volumeId('nobody') });
    await place.unpublish({ id: '../foreign id' });
    expect((await place.kernel(volume)).mounts).to.deep.equal(['staging']);
  });

  it('removes an empty target that a call which died has left, and nothing with content', async () => {
    const volume = await place.create('v');
    await mkdir(place.at('target'));
    await place.unpublish(volume);
    expect(await host.files.stat(place.at('target'))).to.equal(undefined);
    await mkdir(place.at('full/sub'), { recursive: true });
    await writeFile(place.at('file'), 'content');
    await symlink(place.at('file'), place.at('link'));
    for (const name of ['full', 'file', 'link']) {
      expect(await failureOf(place.unpublish(volume, place.at(name))), name).to.include({
        reason: 'FailedPrecondition',
      });
      expect(await host.files.stat(place.at(name))).not.to.equal(undefined);
    }
  });

  it('says that files are open, and works when they are closed', async () => {
    const volume = await place.create('v');
    await place.stage(volume);
    await place.publish(volume);
    const file = await open(place.at('target/file'), 'w');
    const busy = await failureOf(place.unpublish(volume));
    expect(busy.reason).to.equal('FailedPrecondition');
    expect(busy.message).to.contain('in use');
    await file.close();
    await place.unpublish(volume);
  });

  it('takes off mounts that are stacked there', async () => {
    const volume = await place.create('v');
    await place.stage(volume);
    await place.publish(volume);
    await host.mounts.bind({ source: place.at('staging'), target: place.at('target'), readOnly: false });
    await place.unpublish(volume);
    expect(await place.kernel(volume)).to.deep.equal({ loops: ['single-writer'], mounts: ['staging'] });
  });

  it('does not unmount what is of somebody else', async () => {
    const [one, two] = [await place.create('one'), await place.create('two')];
    await place.stage(one);
    await place.publish(one);
    expect(await failureOf(place.unpublish(two))).to.include({ reason: 'FailedPrecondition' });
    expect((await place.kernel(one)).mounts).to.deep.equal(['staging', 'target']);
  });

  it('needs neither the record nor the image', async () => {
    const volume = await place.create('v');
    await place.stage(volume);
    await place.publish(volume);
    await rm(`${place.pool.path}/volumes/${volume.id}/record.json`);
    await place.unpublish(volume);
    await place.unstage(volume);
    expect(await place.kernel(volume)).to.deep.equal({ loops: [], mounts: [] });

    const other = await place.create('other');
    await place.stage(other);
    await place.publish(other);
    await rm(`${place.pool.path}/volumes/${other.id}`, { recursive: true });
    await place.unpublish(other);
    await place.unstage(other);
    expect(await host.mounts.find(place.at('staging'))).to.equal(undefined);
  });

  it('asks for an id and a path that may be', async () => {
    const { deps } = place;
    const id = volumeId('v');
    for (const [volume, targetPath] of [
      ['', '/x'],
      [id, ''],
      [id, 'relative'],
      [id, '/etc/../etc/passwd'],
      [id, '/etc/hostname'],
    ] as const) {
      const call = nodeUnpublishVolume({ volumeId: volume, targetPath }, deps);
      expect(await failureOf(call), targetPath).to.include({ reason: 'InvalidArgument' });
    }
  });
});
