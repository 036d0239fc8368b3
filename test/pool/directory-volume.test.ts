import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { groupId, snapshotId, volumeId } from '../../src/domain/ids.ts';
import { MiB } from '../../src/domain/sizes.ts';
import { registrationSchema } from '../../src/filesystem/registered/registration.ts';
import { filesystems } from '../../src/filesystem/registry.ts';
import { createGroup } from '../../src/pool/create-group.ts';
import { createSnapshot } from '../../src/pool/create-snapshot.ts';
import { createVolume, type NewVolume } from '../../src/pool/create-volume.ts';
import { deleteVolume } from '../../src/pool/delete-volume.ts';
import { isDirectoryVolume, mountPointOf, notePrepared } from '../../src/pool/directory-volume.ts';
import { findVolume } from '../../src/pool/find.ts';
import { volumeHealth } from '../../src/pool/health.ts';
import { openPool } from '../../src/pool/open-pool.ts';
import type { Pool } from '../../src/pool/pool.ts';
import { updateVolume } from '../../src/pool/update-volume.ts';
import { volumeUse, volumeUses } from '../../src/pool/volume-use.ts';
import {
  failureOf,
  host,
  poolSettings,
  snapshot,
  testDeps,
  volume,
  xfsPlace,
  type PoolPlace,
} from './open-test-pool.ts';

describe('a volume of a filesystem that is a directory', () => {
  let place: PoolPlace;
  let pool: Pool;

  beforeEach(async () => {
    place = await xfsPlace();
    pool = await openVaultPool(place);
  });

  afterEach(async () => {
    await pool.close();
    await place.cleanUp();
  });

  function asked(name: string, stores: 'pool' | 'elsewhere' = 'pool', fields = {}): NewVolume {
    return { ...volume(name, { fsType: 'vault', arguments: { team: 'blue' }, ...fields }), directory: { stores } };
  }

  const inPool = (id: string, ...more: string[]) => join(place.path, 'volumes', id, ...more);

  it('is a record and a directory for data, and its size is promised', async () => {
    const wanted = asked('a');
    const before = pool.ledger.promised;
    const record = await createVolume(pool, wanted);
    expect(await readdir(inPool(wanted.id))).to.have.members(['data', 'record.json']);
    expect(pool.ledger.promised - before).to.equal(64 * MiB);
    expect(await findVolume(pool, wanted.id)).to.deep.equal(record);
    expect(await createVolume(pool, wanted)).to.deep.equal(record);
    expect(await readdir(inPool('', '../staging'))).to.deep.equal([]);
  });

  it('that stores elsewhere is a record alone, and nothing is promised', async () => {
    const wanted = asked('a', 'elsewhere', { size: 64 * 1024 * 1024 * MiB });
    await createVolume(pool, wanted);
    expect(await readdir(inPool(wanted.id))).to.deep.equal(['record.json']);
    expect(pool.ledger.promised).to.equal(0);
    await updateVolume(pool, wanted.id, { size: wanted.size * 2 });
    expect(pool.ledger.promised).to.equal(0);
  });

  it('is refused without room for its size, and leaves nothing', async () => {
    const failure = await failureOf(createVolume(pool, asked('a', 'pool', { size: 4096 * MiB })));
    expect(failure.reason).to.equal('ResourceExhausted');
    expect(await readdir(inPool('', '../staging'))).to.deep.equal([]);
    expect(pool.ledger.promised).to.equal(0);
  });

  it('grows by its promise alone, and only as far as there is room', async () => {
    const { id } = await createVolume(pool, asked('a'));
    expect((await updateVolume(pool, id, { size: 128 * MiB })).size).to.equal(128 * MiB);
    expect(pool.ledger.promised).to.equal(128 * MiB);
    const failure = await failureOf(updateVolume(pool, id, { size: 4096 * MiB }));
    expect(failure.reason).to.equal('ResourceExhausted');
    expect((await findVolume(pool, id))?.size).to.equal(128 * MiB);
    expect(pool.ledger.promised).to.equal(128 * MiB);
  });

  it('is found by the next start with its promise, and what it holds is not taken for a stranger’s', async () => {
    const { id } = await createVolume(pool, asked('a'));
    await createVolume(pool, asked('b', 'elsewhere'));
    await mkdir(inPool(id, 'data', 'deep'));
    await writeFile(inPool(id, 'data', 'deep', 'file'), Buffer.alloc(32 * MiB, 1));
    await host.files.sync(inPool(id, 'data', 'deep', 'file'));
    const { uuid, foreignBytes } = pool;
    await pool.close();
    pool = await openVaultPool(place, uuid);
    expect(pool.ledger.promised).to.equal(64 * MiB);
    expect([...pool.ledger.entries()].map((entry) => entry.id)).to.have.members([id, volumeId('b')]);
    expect(Math.abs(pool.foreignBytes - foreignBytes)).to.be.below(8 * MiB);
  });

  it('has no snapshots, no group snapshots and no clones, and says what to do instead', async () => {
    const source = await createVolume(pool, asked('a'));
    const group = { id: groupId('g'), uuid: randomUUID(), name: 'g' };
    const members = [{ sourceVolumeId: source.id, snapshotId: snapshotId('m'), uuid: randomUUID() }];
    const failures = [
      await failureOf(createSnapshot(pool, snapshot('s', source.id))),
      await failureOf(createGroup(pool, { ...group, members })),
      await failureOf(createVolume(pool, volume('b', { source: { kind: 'volume', id: source.id } }))),
      await failureOf(createVolume(pool, asked('b', 'pool', { source: { kind: 'volume', id: source.id } }))),
    ];
    for (const { reason, message } of failures) {
      expect(reason).to.equal('FailedPrecondition');
      expect(message).to.contain('copy its files').and.to.contain('ext4, xfs, btrfs');
    }
    expect([...pool.ledger.entries()].map(({ id }) => id)).to.deep.equal([source.id]);
  });

  it('is deleted with its data, and what a hook made elsewhere before', async () => {
    const { id, uuid } = await createVolume(pool, asked('a'));
    const unused = await createVolume(pool, asked('b'));
    const record = await findVolume(pool, id);
    if (record === undefined || !isDirectoryVolume(record)) throw new Error('not a directory volume');
    await notePrepared(pool, record, 'begun');
    await writeFile(inPool(id, 'data', 'file'), 'data');

    const failure = await failureOf(deleteVolume(pool, id, uuid));
    expect(failure.reason).to.equal('FailedPrecondition');
    expect(failure.message).to.contain('hook delete of filesystem vault').and.to.contain('cannot touch');
    expect(await readdir(inPool(id, 'data'))).to.deep.equal(['file']);

    await mkdir(join(place.aside, 'store'));
    await deleteVolume(pool, id, uuid);
    await deleteVolume(pool, id, uuid);
    await deleteVolume(pool, unused.id, unused.uuid);
    expect(await readdir(join(place.aside, 'store'))).to.deep.equal([`${id} of blue`]);
    expect(await readdir(inPool(''))).to.deep.equal([]);
    expect(pool.ledger.promised).to.equal(0);
  });

  it('is neither deleted nor taken for idle while it is mounted', async () => {
    const { id, uuid } = await createVolume(pool, asked('a'));
    expect(await volumeUse(pool, id)).to.deep.equal({ mounted: false, readOnly: false });
    const target = mountPointOf(pool, id);
    await mkdir(target, { recursive: true });
    await host.mounts.mount({ source: 'tmpfs', target, fsType: 'tmpfs', options: [] });
    try {
      expect(await volumeUse(pool, id)).to.deep.equal({ mounted: true, readOnly: false });
      expect([...(await volumeUses(pool)).keys()]).to.deep.equal([id]);
      expect(await volumeHealth(pool, { id, uuid })).to.deep.equal([]);
      const failure = await failureOf(deleteVolume(pool, id, uuid));
      expect(failure.reason).to.equal('FailedPrecondition');
      expect(failure.message).to.contain(target);
    } finally {
      await host.mounts.unmount(target);
      await rm(pool.mountsDirectory, { recursive: true });
    }
    await deleteVolume(pool, id, uuid);
    expect(await findVolume(pool, id)).to.equal(undefined);
  });

  it('says that it is lost when its data is gone', async () => {
    const { id, uuid } = await createVolume(pool, asked('a'));
    expect(await volumeHealth(pool, { id, uuid })).to.deep.equal([]);
    await rm(inPool(id, 'data'), { recursive: true });
    const [entry] = await volumeHealth(pool, { id, uuid });
    expect(entry).to.include({ status: 'DATA_LOSS', reason: 'DataMissing' });
  });
});

/** `vault` makes a note of each volume that is deleted, in a directory that must be there. */
function openVaultPool({ path, aside }: PoolPlace, knownUuid?: string): Promise<Pool> {
  const vault = registrationSchema.parse({
    name: 'vault',
    kind: 'directory',
    arguments: { team: { pattern: '[a-z]+' } },
    hooks: { mount: { command: ['true'] }, delete: { command: ['touch', `${aside}/store/{volume} of {arg.team}`] } },
  });
  const settings = poolSettings({ path, ...(knownUuid !== undefined && { knownUuid }) });
  return openPool(settings, { ...testDeps(), filesystems: filesystems(host, [vault]) });
}
