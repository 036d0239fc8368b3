import { expect } from 'chai';
import { mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { volumeId } from '../../../src/domain/ids.ts';
import { MiB } from '../../../src/domain/sizes.ts';
import { imagePath } from '../../../src/pool/layout.ts';
import { loopLabel } from '../../../src/pool/loop-label.ts';
import { failureOf, host } from '../../pool/open-test-pool.ts';
import { nodePlace, type NodePlace } from './node-place.ts';

describe('NodeStageVolume', () => {
  let place: NodePlace;
  let count = 0;
  beforeEach(async () => {
    place = await nodePlace();
  });
  afterEach(() => place.cleanUp());
  const create = (fields = {}) => place.create(`volume-${String(count++)}`, fields);

  it('mounts the filesystem at the staging path, which it makes, and again changes nothing', async () => {
    const volume = await create();
    await place.stage(volume);
    const [before] = (await host.mounts.list()).filter(({ target }) => target === place.at('staging'));
    expect(before).to.include({ fsType: 'ext4', superReadOnly: false });
    expect(before?.superOptions).to.include('discard');
    await place.stage(volume);
    expect(await place.kernel(volume)).to.deep.equal({ loops: ['single-writer'], mounts: ['staging'] });
  });

  it('does not discard in a thick volume', async () => {
    const volume = await create({ provisioning: 'thick' });
    await place.stage(volume);
    expect((await host.mounts.find(place.at('staging')))?.superOptions).not.to.include('discard');
  });

  for (const fsType of ['xfs', 'btrfs']) {
    it(`stages ${fsType} too, and only at one path where that cannot be told from a target`, async () => {
      const volume = await create({ fsType, size: 320 * MiB });
      const mode = 'SINGLE_NODE_MULTI_WRITER';
      await place.stage(volume, { mode });
      expect(await host.mounts.find(place.at('staging'))).to.include({ fsType });
      const second = place.stage(volume, { mode, staging: place.at('other') });
      if (fsType === 'xfs') await second;
      else expect(await failureOf(second)).to.include({ reason: 'FailedPrecondition' });
      await place.unstage(volume, place.at('other'));
      await place.unstage(volume);
      expect(await place.kernel(volume)).to.deep.equal({ loops: [], mounts: [] });
    });
  }

  it('refuses the same path for another access', async () => {
    const volume = await create();
    await place.stage(volume, { mode: 'SINGLE_NODE_MULTI_WRITER' });
    for (const mode of ['SINGLE_NODE_WRITER', 'SINGLE_NODE_READER_ONLY'] as const) {
      const { reason, message } = await failureOf(place.stage(volume, { mode }));
      expect(reason).to.equal('AlreadyExists');
      expect(message).to.contain(place.at('staging'));
    }
  });

  const staged = ['SINGLE_NODE_WRITER', 'SINGLE_NODE_MULTI_WRITER', 'MULTI_NODE_READER_ONLY'] as const;
  const together = new Set([
    'SINGLE_NODE_MULTI_WRITER SINGLE_NODE_MULTI_WRITER',
    'MULTI_NODE_READER_ONLY MULTI_NODE_READER_ONLY',
  ]);
  for (const first of staged) {
    for (const second of staged) {
      const isFine = together.has(`${first} ${second}`);
      it(`${isFine ? 'lets' : 'does not let'} ${second} join ${first} at another path`, async () => {
        for (const volumeMode of ['Filesystem', 'Block'] as const) {
          const volume = await create({ volumeMode });
          const at = (name: string) => place.at(`${volumeMode}-${name}`);
          await place.stage(volume, { mode: first, staging: at('a') });
          const call = place.stage(volume, { mode: second, staging: at('b') });
          if (isFine) {
            await call;
            expect((await place.kernel(volume)).mounts).to.have.length(2);
            await place.unstage(volume, at('a'));
            expect((await place.kernel(volume)).mounts).to.have.length(1);
            await place.unstage(volume, at('b'));
          } else {
            const { reason, message } = await failureOf(call);
            expect(reason).to.equal('FailedPrecondition');
            expect(message).to.contain(at('a'));
            await place.unstage(volume, at('a'));
          }
          expect(await place.kernel(volume)).to.deep.equal({ loops: [], mounts: [] });
        }
      });
    }
  }

  it('lets an exclusive writer have nobody beside it', async () => {
    const volume = await create({ exclusive: true });
    const mode = 'SINGLE_NODE_MULTI_WRITER';
    await place.stage(volume, { mode });
    expect((await place.kernel(volume)).loops).to.deep.equal(['single-writer']);
    expect(await failureOf(place.stage(volume, { mode, staging: place.at('b') }))).to.include({
      reason: 'FailedPrecondition',
    });
  });

  it('refuses an image that somebody else has attached, and names the device', async () => {
    const volume = await create();
    const file = imagePath(place.pool, volume.id);
    const loop = await host.loops.attach({ file, readOnly: true, autoclear: true, directIo: false, label: 'mine' });
    const { reason, message } = await failureOf(place.stage(volume));
    loop.close();
    expect(reason).to.equal('FailedPrecondition');
    expect(message).to.contain(loop.device.path);
    await place.stage(volume);
  });

  it('takes over what a call that died has left: a device that is attached and not mounted', async () => {
    for (const volumeMode of ['Filesystem', 'Block'] as const) {
      const volume = await create({ volumeMode });
      const file = imagePath(place.pool, volume.id);
      const label = loopLabel(place.pool, volume.id, 'reader');
      const left = await host.loops.attach({ file, readOnly: true, autoclear: false, directIo: true, label });
      left.close();
      await place.stage(volume);
      expect((await place.kernel(volume)).loops).to.deep.equal(['single-writer']);
      await place.unstage(volume);
      expect((await place.kernel(volume)).loops).to.deep.equal([]);
    }
  });

  it('grows the filesystem to its image', async () => {
    for (const fsType of ['ext4', 'xfs']) {
      const volume = await create({ fsType, size: 320 * MiB });
      const larger = { ...volume, size: 512 * MiB };
      await host.images.resize(imagePath(place.pool, volume.id), larger.size);
      await host.files.replace(`${place.pool.path}/volumes/${volume.id}/record.json`, JSON.stringify(larger));
      await place.stage(volume, { staging: place.at(fsType) });
      expect((await host.files.usage(place.at(fsType))).totalBytes).to.be.above(400 * MiB);
    }
  });

  it('checks a filesystem that has noted errors, and mounts it only when it is sound', async () => {
    const volume = await create();
    const image = imagePath(place.pool, volume.id);
    await host.run('debugfs', ['-w', '-R', 'ssv state 2', image]);
    await place.stage(volume);
    await place.unstage(volume);

    const damaged = await create();
    const file = imagePath(place.pool, damaged.id);
    await host.run('debugfs', ['-w', '-R', 'ssv state 2', file]);
    await host.run('debugfs', ['-w', '-R', 'sif <2> links_count 77', file]);
    const { reason, message } = await failureOf(place.stage(damaged));
    expect(reason).to.equal('FailedPrecondition');
    expect(message).to.contain(file).and.to.contain('repair');
    expect(await place.kernel(damaged)).to.deep.equal({ loops: [], mounts: [] });
  });

  it('says how to go on when the superblock is gone', async () => {
    const volume = await create();
    await host.images.writeBlock(imagePath(place.pool, volume.id), 0, Buffer.alloc(MiB));
    expect(await failureOf(place.stage(volume))).to.include({ reason: 'FailedPrecondition' });
    expect(await place.kernel(volume)).to.deep.equal({ loops: [], mounts: [] });
  });

  it('does not know a volume that is not there, or was deleted and made again', async () => {
    const volume = await create();
    for (const id of [volumeId('nobody'), 'pvc/../x', 'x'.repeat(300)]) {
      expect(await failureOf(place.stage({ ...volume, id }))).to.include({ reason: 'NotFound' });
    }
    expect(await failureOf(place.stage(volume, { volumeContext: { uuid: randomUUID() } }))).to.include({
      reason: 'NotFound',
    });
    await place.stage(volume, { volumeContext: { uuid: volume.uuid } });
  });

  it('refuses what the volume cannot do', async () => {
    const volume = await create();
    const block = await create({ volumeMode: 'Block' });
    for (const mode of ['MULTI_NODE_SINGLE_WRITER', 'MULTI_NODE_MULTI_WRITER'] as const) {
      const { reason, message } = await failureOf(place.stage(volume, { mode }));
      expect(reason).to.equal('InvalidArgument');
      expect(message).to.contain('SINGLE_NODE_MULTI_WRITER');
    }
    expect(await failureOf(place.stage(volume, { fsType: 'xfs' }))).to.include({ reason: 'InvalidArgument' });
    expect(await failureOf(place.stage(volume, { mountFlags: ['noload'] }))).to.include({ reason: 'InvalidArgument' });
    expect(await failureOf(place.stage({ ...volume, volumeMode: 'Block' }))).to.include({
      reason: 'FailedPrecondition',
    });
    expect(await failureOf(place.stage({ ...block, volumeMode: 'Filesystem' }))).to.include({
      reason: 'FailedPrecondition',
    });
    await place.stage(volume, { fsType: 'ext4', mountFlags: ['noatime', 'commit=7'] });
    expect((await host.mounts.find(place.at('staging')))?.superOptions).to.include('commit=7');
  });

  it('mounts over what the orchestrator keeps in the staging directory, and nowhere else', async () => {
    const volume = await create();
    await mkdir(place.at('staging'));
    await writeFile(place.at('staging/vol_data.json'), '{}');
    await place.stage(volume);
    expect(await readdir(place.at('staging'))).to.deep.equal(['lost+found']);
    await place.unstage(volume);
    expect(await readdir(place.at('staging'))).to.deep.equal(['vol_data.json']);

    await writeFile(place.at('file'), '');
    await symlink(place.at('staging'), place.at('link'));
    for (const name of ['file', 'link', '../outside', 'missing/../staging']) {
      const staging = `${place.root}/${name}`;
      expect(await failureOf(place.stage(volume, { staging })), name).to.include({ reason: 'InvalidArgument' });
    }
    const orphan = place.stage(volume, { staging: place.at('missing/staging') });
    expect(await failureOf(orphan)).to.include({ reason: 'FailedPrecondition' });
    expect(await place.kernel(volume)).to.deep.equal({ loops: [], mounts: [] });
  });

  it('does not follow a symlink out of the allowed directories', async () => {
    const volume = await create();
    await symlink('/var', place.at('out'));
    expect(await failureOf(place.stage(volume, { staging: place.at('out/x') }))).to.include({
      reason: 'InvalidArgument',
    });
    await mkdir(place.at('real'));
    await symlink(place.at('real'), place.at('in'));
    await place.stage(volume, { staging: place.at('in/staging') });
    await place.stage(volume, { staging: place.at('real/staging') });
    expect((await place.kernel(volume)).mounts).to.deep.equal(['real/staging']);
    await place.unstage(volume, place.at('in/staging'));
    expect((await place.kernel(volume)).mounts).to.deep.equal([]);
  });

  it('refuses the staging path of another volume', async () => {
    const [one, two] = [await create(), await create()];
    await place.stage(one);
    expect(await failureOf(place.stage(two))).to.include({ reason: 'FailedPrecondition' });
    expect(await place.kernel(two)).to.deep.equal({ loops: [], mounts: [] });
  });

  it('binds the device of a block volume below the staging path', async () => {
    const volume = await create({ volumeMode: 'Block' });
    await place.stage(volume);
    await place.stage(volume);
    expect((await stat(place.at(`staging/${volume.id}`))).isBlockDevice()).to.equal(true);
    expect((await place.kernel(volume)).loops).to.deep.equal(['single-writer']);
    await place.unstage(volume);
    expect(await readdir(place.at('staging'))).to.deep.equal([]);
    expect((await place.kernel(volume)).loops).to.deep.equal([]);
  });
});
