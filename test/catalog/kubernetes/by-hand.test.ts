import { expect } from 'chai';
import { modify, modifyStatus } from '../../../src/catalog/modify.ts';
import { volumeId, snapshotId } from '../../../src/domain/ids.ts';
import type { Volume } from '../../../src/domain/volume.ts';
import {
  poolSpec,
  poolStatus,
  readyStatus,
  snapshotSpec,
  snapshotStatus,
  volumeSpec,
  volumeStatus,
  GiB,
} from '../fixtures.ts';
import { describeInWorld, until } from './world.ts';

const id = volumeId('one');
const { uuid } = volumeSpec();
/** As short as a person would write it. */
const short = { name: 'one', uuid, size: GiB, fsType: 'ext4', pool: 'node-a.default' };

describeInWorld('a person with kubectl', (world) => {
  it('makes a volume from a few lines, and the driver keeps it from then on', async () => {
    const { kubectl } = world();
    const { volumes } = world().open();
    await kubectl.create('volumes', { metadata: { name: id, labels: { mine: 'yes' } }, spec: short });
    const [seen] = await volumes.list();
    expect(seen).to.deep.include({ status: volumeStatus });
    const { ioLimits, ...unlimited } = volumeSpec({ ...short, accessModes: [], parameters: {} });
    expect(ioLimits).not.to.equal(undefined);
    expect(seen?.spec).to.deep.equal(unlimited);

    const made = await modifyStatus(volumes, id, () => readyStatus);
    const object = await kubectl.get('volumes', id);
    expect(object?.metadata.finalizers).to.deep.equal(['tome.storage/image']);
    expect(object?.metadata.labels).to.deep.equal({ mine: 'yes' });
    expect(made?.status).to.deep.equal(readyStatus);
  });

  it('deletes a volume: the agent sees a request, and lets it go when the image is gone', async () => {
    const { kubectl } = world();
    const { volumes } = world().open();
    await volumes.create(id, volumeSpec(), readyStatus);
    await volumes.list();
    await kubectl.delete('volumes', id);
    let doomed: Volume | undefined;
    await until(
      (listener) => volumes.watch(listener),
      async () => {
        [doomed] = await volumes.list();
        return doomed?.spec.desired === 'Absent';
      },
    );
    expect(doomed?.spec).to.include({ desired: 'Absent', revision: 2 });
    expect(await volumes.find(id)).to.deep.equal(doomed);
    if (doomed !== undefined) await volumes.forget(doomed);
    expect(await kubectl.get('volumes', id)).to.equal(undefined);
    expect(await volumes.list()).to.deep.equal([]);
  });

  it('deletes a volume in use: the refusal is written down, and a later request is answered', async () => {
    const { kubectl } = world();
    const { volumes } = world().open();
    await volumes.create(id, volumeSpec(), readyStatus);
    await kubectl.delete('volumes', id);
    const failure = { reason: 'FailedPrecondition', message: 'the volume is mounted' };
    const refused = await modifyStatus(volumes, id, ({ spec, status }) => ({
      ...status,
      observedRevision: spec.revision,
      failure,
    }));
    expect(refused?.spec.revision).to.equal(refused?.status.observedRevision);
    expect((await kubectl.table('volumes'))[0]).to.include({ State: 'Deleting' });

    // As a controller does: it asks for a deletion, is refused, and takes it back.
    const asked = await modify(volumes, id, ({ spec }) => ({
      ...spec,
      desired: 'Absent' as const,
      revision: spec.revision + 1,
    }));
    expect(asked?.spec).to.include({ desired: 'Absent', revision: 3 });
    await modifyStatus(volumes, id, ({ status }) => ({ ...status, observedRevision: 3, failure }));
    const back = await modify(volumes, id, ({ spec }) => ({ ...spec, desired: 'Present' as const }));
    // What a person deleted stays deleted, and the agent looks at it once more.
    expect(back?.spec).to.include({ desired: 'Absent', revision: 4 });
    expect(back?.status.observedRevision).to.equal(3);
    if (back !== undefined) await volumes.forget(back);
    expect(await kubectl.get('volumes', id)).to.equal(undefined);
  });

  it('keeps a volume with a finalizer of another: to the catalog it is gone', async () => {
    const { kubectl } = world();
    const { volumes } = world().open();
    const created = await volumes.create(id, volumeSpec(), readyStatus);
    const finalizers = ['tome.storage/image', 'example.com/backup'];
    await kubectl.patch('volumes', id, { metadata: { finalizers } });
    const current = await volumes.find(id);
    expect(current).to.deep.include({ spec: created.spec });
    if (current !== undefined) await volumes.remove(current);
    expect(await volumes.find(id)).to.equal(undefined);
    expect(await volumes.list()).to.deep.equal([]);
    expect((await kubectl.get('volumes', id))?.metadata.finalizers).to.deep.equal(['example.com/backup']);
  });

  it('sees who has what, how large, and in which state', async () => {
    const { kubectl } = world();
    const { volumes, snapshots, pools } = world().open();
    const spec = volumeSpec({ claim: 'default/data-0', size: 10 * GiB, pool: 'a.example.com.default' });
    await volumes.create(id, spec, volumeStatus);
    expect((await kubectl.table('volumes'))[0]).to.include({ PVC: 'default/data-0', State: 'Pending' });

    const mounts = [{ nodeName: 'a.example.com', readOnly: true }];
    await modifyStatus(volumes, id, () => ({ ...readyStatus, size: 10 * GiB, mounts }));
    expect((await kubectl.table('volumes'))[0]).to.include({
      Size: '10Gi',
      State: 'Ready',
      Node: 'a.example.com',
      'Attached To': 'a.example.com (read-only)',
      Pool: 'a.example.com.default',
      FsType: 'ext4',
    });
    await snapshots.create(snapshotId('one'), snapshotSpec({ sourceVolumeId: id }), {
      ...snapshotStatus,
      ready: true,
      size: GiB,
    });
    expect((await kubectl.table('snapshots'))[0]).to.include({ Volume: id, Size: '1Gi', State: 'Ready' });
    await pools.create('node-a.default', poolSpec, { ...poolStatus, promised: GiB / 2 });
    expect((await kubectl.table('pools'))[0]).to.include({
      Node: 'node-a',
      Ready: true,
      Capacity: '10Gi',
      Promised: '512Mi',
    });
  });
});
