import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { groupId, memberSnapshotId } from '../../src/domain/ids.ts';
import { MiB } from '../../src/domain/sizes.ts';
import { createGroup } from '../../src/pool/create-group.ts';
import { createSnapshot } from '../../src/pool/create-snapshot.ts';
import { createVolume } from '../../src/pool/create-volume.ts';
import { deleteGroup } from '../../src/pool/delete-group.ts';
import { deleteSnapshot } from '../../src/pool/delete-snapshot.ts';
import { deleteVolume } from '../../src/pool/delete-volume.ts';
import { findSnapshot, findVolume, listRecords } from '../../src/pool/find.ts';
import { imagePath } from '../../src/pool/layout.ts';
import type { Pool } from '../../src/pool/pool.ts';
import { updateVolume } from '../../src/pool/update-volume.ts';
import { dyingHost } from './dying-host.ts';
import { mountVolume } from './mount-volume.ts';
import { host, snapshot, volume, xfsPlace, type PoolPlace } from './open-test-pool.ts';

/** Kills the operation before each of its steps in turn, starts again, repeats it, and looks at what there is. */
describe('a process that dies', () => {
  const one = volume('one');
  const two = volume('two');
  let place: PoolPlace;
  let mounted: string;

  before(async () => {
    place = await xfsPlace();
    const pool = await place.open();
    const record = await createVolume(pool, one);
    await createVolume(pool, two);
    mounted = await mountVolume(pool, record, join(place.aside, 'one'));
    await writeFile(join(mounted, 'file'), 'data');
    await pool.close();
  });
  after(() => place.cleanUp());

  async function killAtEachStep(
    work: (pool: Pool) => Promise<unknown>,
    checks: {
      afterDeath?: (pool: Pool) => Promise<void>;
      afterRetry: (pool: Pool) => Promise<void>;
      undo: typeof work;
    },
  ): Promise<void> {
    for (let step = 1; ; step++) {
      expect(step).to.be.below(80);
      const dying = dyingHost(host);
      const victim = await place.open({}, dying.host);
      dying.dieAt(step);
      await work(victim).catch(() => undefined);
      await victim.trash.settled();
      dying.end();

      const survivor = await place.open();
      await expectTidy(survivor);
      await checks.afterDeath?.(survivor);
      await work(survivor);
      await expectTidy(survivor);
      await checks.afterRetry(survivor);
      await checks.undo(survivor);
      await survivor.blanks.dropAll();
      const { volumes, snapshots } = await listRecords(survivor);
      expect([volumes.length, snapshots.length]).to.deep.equal([2, 0]);
      expect(survivor.ledger.promised).to.equal(volumes.reduce((sum, { size }) => sum + size, 0));
      await survivor.close();
      if (!dying.died()) return;
    }
  }

  async function expectTidy(pool: Pool): Promise<void> {
    await pool.trash.settled();
    for (const folder of ['staging', 'trash', 'freezing']) {
      expect(await readdir(join(place.path, folder)), folder).to.deep.equal([]);
    }
    // Fails with EBUSY when it was left frozen.
    await host.mounts.freeze(mounted);
    await host.mounts.thaw(mounted);
  }

  const blank = volume('blank', { size: 24 * MiB });
  const thick = volume('thick', { size: 24 * MiB, provisioning: 'thick' });
  const clone = volume('clone', { size: 96 * MiB, source: { kind: 'volume', id: one.id } });
  for (const request of [blank, thick, clone]) {
    it(`while it creates a ${request.name} volume: it is made once, whole`, async () => {
      await killAtEachStep((pool) => createVolume(pool, request), {
        afterRetry: async (pool) => {
          expect(await findVolume(pool, request.id)).to.deep.include(request);
          expect(await pool.filesystems.get('ext4').check(imagePath(pool, request.id))).to.equal('');
        },
        undo: (pool) => deleteVolume(pool, request.id, request.uuid),
      });
    });
  }

  it('while it snapshots a mounted volume: it is made once, and nothing stays frozen', async () => {
    const cut = snapshot('cut', one.id);
    await killAtEachStep((pool) => createSnapshot(pool, cut), {
      afterRetry: async (pool) => {
        expect(await findSnapshot(pool, cut.id)).to.deep.include(cut);
        expect(await pool.filesystems.get('ext4').check(imagePath(pool, cut.id))).to.equal('');
      },
      undo: (pool) => deleteSnapshot(pool, cut.id, cut.uuid),
    });
  });

  const id = groupId('group');
  const members = [one, two].map((member) => ({
    sourceVolumeId: member.id,
    snapshotId: memberSnapshotId(id, member.id),
    uuid: randomUUID(),
  }));
  const group = { id, uuid: randomUUID(), name: 'group', members };

  it('while it snapshots a group: all members are there, or none', async () => {
    await killAtEachStep((pool) => createGroup(pool, group), {
      afterDeath: async (pool) => {
        const { snapshots } = await listRecords(pool);
        expect(snapshots.length).to.be.oneOf([0, 2]);
        expect(await readdir(join(place.path, 'groups'))).to.have.length(snapshots.length / 2);
      },
      afterRetry: async (pool) => {
        const { snapshots } = await listRecords(pool);
        expect(snapshots.map(({ groupId: of, creationTime }) => [of, creationTime])).to.deep.equal([
          [id, snapshots[0]?.creationTime],
          [id, snapshots[0]?.creationTime],
        ]);
      },
      undo: (pool) => deleteGroup(pool, group),
    });
    expect(await readdir(join(place.path, 'groups'))).to.deep.equal([]);
  });

  it('while it deletes a group: the retry ends it', async () => {
    const work = async (pool: Pool) => {
      if (pool.host !== host) await createGroup(pool, group);
      await deleteGroup(pool, group);
    };
    await killAtEachStep(work, {
      afterRetry: async () => {
        expect(await readdir(join(place.path, 'groups'))).to.deep.equal([]);
        expect(await readdir(join(place.path, 'snapshots'))).to.deep.equal([]);
      },
      undo: () => Promise.resolve(),
    });
  });

  it('while it deletes a volume: it is there whole, or gone', async () => {
    const doomed = volume('doomed', { size: 24 * MiB });
    await killAtEachStep(
      async (pool) => {
        if (pool.host === host) return deleteVolume(pool, doomed.id, doomed.uuid);
        await createVolume(pool, doomed);
        await deleteVolume(pool, doomed.id, doomed.uuid);
      },
      {
        afterDeath: async (pool) => {
          const record = await findVolume(pool, doomed.id);
          if (record === undefined) return;
          expect(await pool.filesystems.get('ext4').check(imagePath(pool, doomed.id))).to.equal('');
        },
        afterRetry: async (pool) => {
          expect(await findVolume(pool, doomed.id)).to.equal(undefined);
        },
        undo: () => Promise.resolve(),
      },
    );
  });

  it('while it grows a mounted volume: the retry ends it', async () => {
    let size = one.size;
    await killAtEachStep(
      (pool) => {
        if (pool.host !== host) size += MiB;
        return updateVolume(pool, one.id, { size });
      },
      {
        afterRetry: async (pool) => {
          expect((await findVolume(pool, one.id))?.size).to.equal(size);
          const [loop] = await host.loops.holding(await statOf(imagePath(pool, one.id)));
          expect(await host.loops.size(loop?.path ?? '')).to.equal(size);
        },
        undo: () => Promise.resolve(),
      },
    );
    expect(await readFile(join(mounted, 'file'), 'utf8')).to.equal('data');
  });
});

async function statOf(path: string) {
  const stat = await host.files.stat(path);
  if (stat === undefined) throw new Error(`${path} is missing`);
  return stat;
}
