import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { groupId, memberSnapshotId } from '../../src/domain/ids.ts';
import { createGroup } from '../../src/pool/create-group.ts';
import { createVolume } from '../../src/pool/create-volume.ts';
import { deleteGroup } from '../../src/pool/delete-group.ts';
import { listRecords } from '../../src/pool/find.ts';
import { imagePath } from '../../src/pool/layout.ts';
import { failureOf, host, volume, xfsPlace, type PoolPlace } from './open-test-pool.ts';

describe('deleteGroup', () => {
  let place: PoolPlace;
  beforeEach(async () => {
    place = await xfsPlace();
  });
  afterEach(() => place.cleanUp());

  it('leaves the group whole when one of its snapshots is in use', async () => {
    const pool = await place.open();
    const sources = [await createVolume(pool, volume('one')), await createVolume(pool, volume('two'))];
    const id = groupId('group');
    const members = sources.map((source) => ({
      sourceVolumeId: source.id,
      snapshotId: memberSnapshotId(id, source.id),
      uuid: randomUUID(),
    }));
    const cut = await createGroup(pool, { id, uuid: randomUUID(), name: 'group', members });
    const file = imagePath(pool, members[1]?.snapshotId ?? '');
    const loop = await host.loops.attach({ file, readOnly: true, autoclear: true, directIo: false, label: 'mine' });
    const { reason, message } = await failureOf(deleteGroup(pool, { id, members }));
    expect(reason).to.equal('FailedPrecondition');
    expect(message).to.contain(loop.device.path);
    expect((await listRecords(pool)).snapshots).to.have.deep.members(cut);
    loop.close();
    await deleteGroup(pool, { id, members });
    expect((await listRecords(pool)).snapshots).to.deep.equal([]);
  });
});
