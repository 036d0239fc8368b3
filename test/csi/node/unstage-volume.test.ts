import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, readlink } from 'node:fs/promises';
import { MiB } from '../../../src/domain/sizes.ts';
import { volumeId } from '../../../src/domain/ids.ts';
import { nodeUnstageVolume } from '../../../src/csi/node/unstage-volume.ts';
import { imagePath } from '../../../src/pool/layout.ts';
import { failureOf, host } from '../../pool/open-test-pool.ts';
import { until } from '../../support/until.ts';
import { nodePlace, type NodePlace } from './node-place.ts';

describe('NodeUnstageVolume', () => {
  let place: NodePlace;
  beforeEach(async () => {
    place = await nodePlace();
  });
  afterEach(() => place.cleanUp());

  for (const volumeMode of ['Filesystem', 'Block'] as const) {
    describe(`of a volume with mode ${volumeMode}`, () => {
      it('leaves no device and no mount; again is fine', async () => {
        const volume = await place.create('v', { volumeMode });
        await place.stage(volume);
        await place.unstage(volume);
        expect(await place.kernel(volume)).to.deep.equal({ loops: [], mounts: [] });
        await place.unstage(volume);
        await place.unstage(volume, place.at('no/such/directory'));
      });

      for (const mode of ['SINGLE_NODE_WRITER', 'SINGLE_NODE_MULTI_WRITER', 'SINGLE_NODE_READER_ONLY'] as const) {
        it(`waits for the last target of ${mode}`, async () => {
          const volume = await place.create('v', { volumeMode });
          await place.stage(volume, { mode });
          await place.publish(volume, { mode });
          const early = await failureOf(place.unstage(volume));
          expect(early.reason).to.equal('FailedPrecondition');
          expect(early.message).to.contain(place.at('target'));
          await place.unstage(volume, place.at('elsewhere'));
          expect((await place.kernel(volume)).mounts).to.have.length(2);
          await place.unpublish(volume);
          await place.unstage(volume);
          expect(await place.kernel(volume)).to.deep.equal({ loops: [], mounts: [] });
        });
      }

      it('says who has the device attached besides', async () => {
        const volume = await place.create('v', { volumeMode });
        await place.stage(volume);
        const file = imagePath(place.pool, volume.id);
        const loop = await host.loops.attach({ file, readOnly: true, autoclear: true, directIo: false, label: 'mine' });
        const { reason, message } = await failureOf(place.unstage(volume));
        loop.close();
        expect(reason).to.equal('FailedPrecondition');
        expect(message).to.contain(loop.device.path);
        await place.unstage(volume);
        expect((await place.kernel(volume)).loops).to.deep.equal([]);
      });
    });
  }

  for (const fsType of ['ext4', 'btrfs']) {
    it(`says who has a copy of the mount of ${fsType} in another mount namespace`, async () => {
      const volume = await place.create('v', { fsType, size: 128 * MiB });
      await place.stage(volume);
      const { source = '' } = (await host.mounts.find(place.at('staging'))) ?? {};
      const sleeper = spawn('unshare', ['--mount', '--propagation', 'private', 'sleep', '60']);
      try {
        const own = await readlink('/proc/self/ns/mnt');
        // It becomes sleep in its namespace by exec.
        await until(async () => {
          const process = `/proc/${String(sleeper.pid)}`;
          const name = await readFile(`${process}/comm`, 'utf8');
          return name === 'sleep\n' && (await readlink(`${process}/ns/mnt`)) !== own;
        });
        const { reason, message } = await failureOf(place.unstage(volume));
        expect(reason).to.equal('FailedPrecondition');
        const who = `pid ${String(sleeper.pid)} (sleep)`;
        expect(message).to.equal(`${source} is mounted in the mount namespace of ${who}: end it, then try again`);
      } finally {
        sleeper.kill();
        await once(sleeper, 'exit');
      }
      await place.unstage(volume);
      expect((await place.kernel(volume)).loops).to.deep.equal([]);
    });
  }

  it('knows which staging a volume is published from, when there are two', async () => {
    const mode = 'SINGLE_NODE_MULTI_WRITER';
    const volume = await place.create('v');
    const [a, b] = [place.at('a'), place.at('b')];
    await place.stage(volume, { mode, staging: a });
    await place.stage(volume, { mode, staging: b });
    await place.publish(volume, { mode, staging: b });
    expect(await failureOf(place.unstage(volume, b))).to.include({ reason: 'FailedPrecondition' });
    await place.unstage(volume, a);
    expect((await failureOf(place.unstage(volume, b))).message).to.contain(place.at('target'));
    await place.stage(volume, { mode, staging: a });
    await place.unpublish(volume);
    await place.unstage(volume, b);
    await place.unstage(volume, a);
    expect(await place.kernel(volume)).to.deep.equal({ loops: [], mounts: [] });
  });

  it('is refused while somebody has files open in the staging path', async () => {
    const volume = await place.create('v');
    await place.stage(volume);
    const file = await open(place.at('staging/file'), 'w');
    expect(await failureOf(place.unstage(volume))).to.include({ reason: 'FailedPrecondition' });
    await file.close();
    await place.unstage(volume);
  });

  it('is refused while somebody has the device open, and its retry finds it gone', async () => {
    const volume = await place.create('v');
    await place.stage(volume);
    const { source = '' } = (await host.mounts.find(place.at('staging'))) ?? {};
    const device = await open(source, 'r');
    const call = place.unstage(volume);
    expect((await failureOf(call)).message).to.contain(source);
    await device.close();
    await place.unstage(volume);
    expect(await place.kernel(volume)).to.deep.equal({ loops: [], mounts: [] });
  });

  it('does not unmount another volume, or what is no volume', async () => {
    const [one, two] = [await place.create('one'), await place.create('two')];
    await place.stage(one);
    await place.unstage(two);
    await place.unstage({ id: volumeId('nobody') });
    await place.unstage({ id: 'no id of ours' });
    expect((await place.kernel(one)).mounts).to.deep.equal(['staging']);
  });

  it('leaves what somebody else has mounted over the staging', async () => {
    const volume = await place.create('v');
    await place.stage(volume);
    const over = { source: 'mine', target: place.at('staging'), fsType: 'tmpfs', options: [] };
    await host.mounts.mount(over);
    const { reason, message } = await failureOf(place.unstage(volume));
    expect(reason).to.equal('FailedPrecondition');
    expect(message).to.contain('mine');
    expect(await host.mounts.find(over.target)).to.include({ source: 'mine' });
    await host.mounts.unmount(over.target);
    await place.unstage(volume);
    expect(await place.kernel(volume)).to.deep.equal({ loops: [], mounts: [] });
  });

  it('does not succeed while the pool that has the volume is not open', async () => {
    const volume = await place.create('v');
    await place.stage(volume);
    const closed = { ...place.deps.pools, all: () => [], problems: () => new Map([['test', 'it is locked']]) };
    const request = { volumeId: volume.id, stagingTargetPath: place.at('staging') };
    const { reason, message } = await failureOf(nodeUnstageVolume(request, { ...place.deps, pools: closed }));
    expect(reason).to.equal('Unavailable');
    expect(message).to.contain('it is locked');
    await nodeUnstageVolume({ ...request, volumeId: volumeId('nobody') }, { ...place.deps, pools: closed });
    expect((await place.kernel(volume)).mounts).to.deep.equal(['staging']);
  });

  it('asks for an id and a path', async () => {
    const { deps } = place;
    for (const [id, stagingTargetPath] of [
      ['', '/x'],
      [volumeId('v'), ''],
      [volumeId('v'), 'relative'],
    ] as const) {
      const call = nodeUnstageVolume({ volumeId: id, stagingTargetPath }, deps);
      expect(await failureOf(call)).to.include({ reason: 'InvalidArgument' });
    }
  });
});
