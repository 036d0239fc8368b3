import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { groupId, memberSnapshotId } from '../../src/domain/ids.ts';
import { MiB } from '../../src/domain/sizes.ts';
import { createGroup } from '../../src/pool/create-group.ts';
import { createSnapshot } from '../../src/pool/create-snapshot.ts';
import { createVolume } from '../../src/pool/create-volume.ts';
import { requireSnapshot } from '../../src/pool/find.ts';
import { imagePath } from '../../src/pool/layout.ts';
import type { Pool } from '../../src/pool/pool.ts';
import { countIn, startCounting, type Writer } from './counting.ts';
import { mountVolume } from './mount-volume.ts';
import { host, snapshot, volume, xfsPlace, type PoolPlace } from './open-test-pool.ts';

describe('what is cut while it is written', () => {
  let place: PoolPlace;
  let pool: Pool;
  let writer: Writer;

  before(async () => {
    place = await xfsPlace(4096 * MiB);
    pool = await place.open();
  });
  afterEach(() => writer.stop());
  after(() => place.cleanUp());

  async function mountClone(snapshotOf: string): Promise<{ id: string; target: string }> {
    const { fsType, size } = await requireSnapshot(pool, snapshotOf);
    const fields = {
      source: { kind: 'snapshot', id: snapshotOf } as const,
      ...(fsType !== undefined && { fsType }),
      size,
    };
    const clone = await createVolume(pool, volume(`of ${snapshotOf}`, fields));
    return { id: clone.id, target: await mountVolume(pool, clone, join(place.aside, `clone-${snapshotOf}`)) };
  }

  const check = (fsType: string, image: string) => pool.filesystems.get(fsType).check(image);

  for (const [fsType, size] of [
    ['ext4', 64],
    ['xfs', 300],
  ] as const) {
    it(`is clean, and holds all that was on disk before and nothing out of order (${fsType})`, async () => {
      const record = await createVolume(pool, volume(fsType, { fsType, size: size * MiB }));
      const target = await mountVolume(pool, record, join(place.aside, `${fsType} volume`));
      writer = startCounting(join(target, 'numbers'));
      await writer.reached(20);
      const seen: number[] = [];
      for (const name of ['a', 'b', 'c']) {
        const before = writer.acknowledged();
        const cut = await createSnapshot(pool, snapshot(`${fsType} ${name}`, record.id));
        const after = writer.acknowledged() + 2;
        // A frozen ext4 has nothing left in its journal; xfs keeps a record in its log that the next mount takes out.
        if (fsType === 'ext4') expect(await check(fsType, imagePath(pool, cut.id))).to.equal('');
        const clone = await mountClone(cut.id);
        const count = await countIn(join(clone.target, 'numbers'));
        await host.mounts.unmount(clone.target);
        expect(await check(fsType, imagePath(pool, clone.id))).to.equal('');
        expect(count).to.be.within(before, after);
        seen.push(count);
        await writer.reached(after + 10);
      }
      expect(seen).to.deep.equal(seen.toSorted((a, b) => a - b));
    });
  }

  it('is one moment in all volumes of a group', async () => {
    const records = await Promise.all(['left', 'right'].map((name) => createVolume(pool, volume(name))));
    const targets = await Promise.all(
      records.map((record) => mountVolume(pool, record, join(place.aside, record.name))),
    );
    writer = startCounting(...targets.map((target) => join(target, 'numbers')));
    await writer.reached(10);
    for (const round of [1, 2, 3, 4, 5]) {
      const id = groupId(`group ${round}`);
      const members = records.map((record) => ({
        sourceVolumeId: record.id,
        snapshotId: memberSnapshotId(id, record.id),
        uuid: randomUUID(),
      }));
      await createGroup(pool, { id, uuid: randomUUID(), name: `group ${round}`, members });
      const counts = await Promise.all(
        members.map(async ({ snapshotId }) => countIn(join((await mountClone(snapshotId)).target, 'numbers'))),
      );
      const [left = 0, right = 0] = counts;
      // Each number is on disk on the left before it is written on the right.
      expect(left - right).to.be.oneOf([0, 1]);
      expect(left).to.be.at.least(10);
      await writer.reached(writer.acknowledged() + 5);
    }
  });
});
