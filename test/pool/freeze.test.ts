import { expect } from 'chai';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSnapshot } from '../../src/pool/create-snapshot.ts';
import { createVolume } from '../../src/pool/create-volume.ts';
import { attachImage } from '../../src/pool/attach-image.ts';
import { findSnapshot } from '../../src/pool/find.ts';
import { imagePath } from '../../src/pool/layout.ts';
import { cutVolumes } from '../../src/pool/freeze.ts';
import type { Pool } from '../../src/pool/pool.ts';
import type { VolumeRecord } from '../../src/pool/record.ts';
import { mountVolume } from './mount-volume.ts';
import { failureOf, host, snapshot, volume, xfsPlace, type PoolPlace } from './open-test-pool.ts';

describe('cutVolumes', () => {
  let place: PoolPlace;
  let pool: Pool;
  let record: VolumeRecord;
  let mounted: string;

  beforeEach(async () => {
    place = await xfsPlace();
    pool = await place.open();
    record = await createVolume(pool, volume('one'));
    mounted = await mountVolume(pool, record, join(place.aside, 'one'));
  });
  afterEach(() => place.cleanUp());

  const isFrozen = async () =>
    host.mounts.freeze(mounted).then(
      () => host.mounts.thaw(mounted).then(() => false),
      () => true,
    );

  it('freezes while it cuts, with a note on disk, and thaws', async () => {
    await cutVolumes(pool, record.id, [record.id], async () => {
      expect(await isFrozen()).to.equal(true);
      expect(await readFile(join(place.path, 'freezing', record.id), 'utf8')).to.equal(record.id);
    });
    expect(await isFrozen()).to.equal(false);
    expect(await readdir(join(place.path, 'freezing'))).to.deep.equal([]);
  });

  it('thaws what it froze, whatever is mounted over it or taken away meanwhile', async () => {
    const again = join(place.aside, 'again');
    await mkdir(again);
    await host.mounts.bind({ source: mounted, target: again, readOnly: false });
    await cutVolumes(pool, record.id, [record.id], () =>
      host.mounts.mount({ source: 'over', target: mounted, fsType: 'tmpfs', options: [] }),
    );
    const write = () => host.run('timeout', ['2', 'touch', join(again, 'file')]);
    await write();
    await host.mounts.unmount(mounted);
    await cutVolumes(pool, record.id, [record.id], () => host.mounts.unmount(mounted, { lazy: true }));
    await write();
    expect(await readdir(again)).to.include('file');
  });

  it('thaws when the cut fails', async () => {
    const failure = await failureOf(cutVolumes(pool, record.id, [record.id], () => Promise.reject(new Error('no'))));
    expect(failure.message).to.equal('no');
    expect(await isFrozen()).to.equal(false);
  });

  it('thaws at the deadline, and then gives the cut up', async () => {
    const cut = async () => {
      // The cut goes on until its volume is written to again.
      await writeFile(join(mounted, 'written after the thaw'), '');
      return 'a cut that saw a write';
    };
    const failure = await failureOf(cutVolumes(pool, record.id, [record.id], cut, 50));
    expect(failure.reason).to.equal('Aborted');
    expect(await isFrozen()).to.equal(false);
  });

  it('does not begin to cut what froze after the deadline', async () => {
    const mounts = {
      ...host.mounts,
      freeze: async (target: string) => {
        await host.mounts.freeze(target);
        await new Promise((resolve) => setTimeout(resolve, 20));
      },
    };
    const slow = { ...pool, host: { ...host, mounts } };
    let began = false;
    const cut = () => Promise.resolve((began = true));
    expect((await failureOf(cutVolumes(slow, record.id, [record.id], cut, 1))).reason).to.equal('Aborted');
    expect(began).to.equal(false);
    expect(await isFrozen()).to.equal(false);
  });

  it('refuses what somebody else has frozen, and leaves it frozen', async () => {
    await host.mounts.freeze(mounted);
    const failure = await failureOf(createSnapshot(pool, snapshot('cut', record.id)));
    expect(failure.reason).to.equal('FailedPrecondition');
    expect(failure.message).to.contain('frozen already');
    expect(await isFrozen()).to.equal(true);
    expect(await readdir(join(place.path, 'freezing'))).to.deep.equal([]);
    expect(await readdir(join(place.path, 'staging'))).to.deep.equal([]);
    await host.mounts.thaw(mounted);
    expect((await createSnapshot(pool, snapshot('cut', record.id))).sourceVolumeId).to.equal(record.id);
  });

  it('freezes none when one of several cannot be', async () => {
    const other = await createVolume(pool, volume('two'));
    const second = await mountVolume(pool, other, join(place.aside, 'two'));
    await host.mounts.freeze(second);
    const failure = await failureOf(cutVolumes(pool, record.id, [record.id, other.id], () => Promise.resolve()));
    expect(failure.reason).to.equal('FailedPrecondition');
    expect(await isFrozen()).to.equal(false);
    await host.mounts.thaw(second);
  });

  it('does not freeze what is mounted read-only', async () => {
    await host.mounts.unmount(mounted);
    const attached = await attachImage(pool, record, { access: 'reader', autoclear: true });
    await host.mounts.mount({ source: attached.device.path, target: mounted, fsType: 'ext4', options: ['ro'] });
    attached.close();
    await cutVolumes(pool, record.id, [record.id], async () => {
      expect(await readdir(join(place.path, 'freezing'))).to.deep.equal([]);
    });
  });

  it('thaws at the next start what a dead process has left frozen', async () => {
    await writeFile(join(place.path, 'freezing', record.id), record.id);
    await host.mounts.freeze(mounted);
    await pool.close();
    pool = await place.open();
    expect(await isFrozen()).to.equal(false);
    expect(await readdir(join(place.path, 'freezing'))).to.deep.equal([]);
  });

  it('thaws the others of a note at the next start where one cannot be, and keeps the note', async () => {
    const other = await createVolume(pool, volume('two'));
    const second = await mountVolume(pool, other, join(place.aside, 'two'));
    await writeFile(join(place.path, 'freezing', 'group'), `${record.id}\n${other.id}`);
    await host.mounts.freeze(mounted);
    await host.mounts.freeze(second);
    await pool.close();
    const thaw = (target: string) => (target === mounted ? Promise.reject(new Error('no')) : host.mounts.thaw(target));
    pool = await place.open({}, { ...host, mounts: { ...host.mounts, thaw } });
    try {
      await host.mounts.freeze(second);
      await host.mounts.thaw(second);
      expect(await readdir(join(place.path, 'freezing'))).to.deep.equal(['group']);
    } finally {
      await host.mounts.thaw(mounted);
      await host.mounts.thaw(second);
    }
  });

  it('thaws at the next start also what is only seen at another of its mounts', async () => {
    const again = join(place.aside, 'again');
    await mkdir(again);
    await host.mounts.bind({ source: mounted, target: again, readOnly: false });
    await writeFile(join(place.path, 'freezing', record.id), record.id);
    // As another process leaves it: nothing of this one holds it.
    await host.run('fsfreeze', ['--freeze', mounted]);
    await host.mounts.mount({ source: 'over', target: mounted, fsType: 'tmpfs', options: [] });
    await pool.close();
    try {
      pool = await place.open();
      await host.mounts.freeze(again);
    } finally {
      await host.mounts.thaw(again);
      await host.mounts.unmount(mounted);
    }
  });

  it('starts although a note names what is not there any more', async () => {
    await mkdir(join(place.path, 'freezing'), { recursive: true });
    await writeFile(join(place.path, 'freezing', 'odd'), `${volume('gone').id}\n`);
    await pool.close();
    pool = await place.open();
    expect(await readdir(join(place.path, 'freezing'))).to.deep.equal([]);
  });

  it('copies what was written to a raw device a moment ago', async () => {
    const block = await createVolume(pool, volume('block', { volumeMode: 'Block' }));
    const attached = await attachImage(pool, block, { access: 'writers', autoclear: true });
    await host.images.writeBlock(attached.device.path, 8192, Buffer.from('only in the cache of the device'));
    const cut = await createSnapshot(pool, snapshot('block cut', block.id));
    attached.close();
    expect((await host.images.readBlock(imagePath(pool, cut.id), 8192, 31)).toString()).to.equal(
      'only in the cache of the device',
    );
  });

  it('keeps an older snapshot, and returns the same one', async () => {
    const request = snapshot('cut', record.id);
    const cut = await createSnapshot(pool, request);
    expect(await createSnapshot(pool, request)).to.deep.equal(cut);
    expect((await failureOf(createSnapshot(pool, snapshot('cut', record.id)))).reason).to.equal('AlreadyExists');
    expect(await findSnapshot(pool, cut.id)).to.deep.equal(cut);
    expect((await failureOf(createSnapshot(pool, snapshot('other', volume('nobody').id)))).reason).to.equal('NotFound');
  });
});
