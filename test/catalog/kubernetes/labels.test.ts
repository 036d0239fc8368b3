import { expect } from 'chai';
import { labelsOf, relabelled } from '../../../src/catalog/kubernetes/labels.ts';
import { modify } from '../../../src/catalog/modify.ts';
import { snapshotId, templateId, volumeId } from '../../../src/domain/ids.ts';
import { snapshotSpec, snapshotStatus, volumeSpec, volumeStatus } from '../fixtures.ts';
import { describeInWorld } from './world.ts';

describe('labelsOf', () => {
  it('keeps what a label can be, with dashes for what its value cannot hold', () => {
    expect(labelsOf({ team: 'blue', 'app.example/part': '/a b', 'long.value': 'x'.repeat(80) })).to.deep.equal({
      team: 'blue',
      'app.example/part': 'a-b',
      'long.value': 'x'.repeat(63),
    });
  });

  it('leaves out names that are no label, and those of Kubernetes', () => {
    expect(labelsOf({ 'a/b/c': '1', 'Upper/x': '1', 'node.kubernetes.io/x': '1', 'k8s.io/x': '1' })).to.deep.equal({});
  });

  it('leaves the labels of others when tags change', () => {
    const present = { mine: 'yes', team: 'blue', use: 'test' };
    const changed = relabelled(present, { team: 'blue', use: 'test' }, { use: 'live' });
    expect(changed).to.deep.equal({ mine: 'yes', use: 'live' });
  });
});

describeInWorld('tags as labels', (world) => {
  const labels = async (plural: 'volumes' | 'snapshots', id: string) =>
    (await world().kubectl.get(plural, id))?.metadata.labels;

  it('are on the object from its creation, and change with the tags', async () => {
    const { volumes, snapshots } = world().open();
    const id = volumeId('one');
    await volumes.create(id, volumeSpec({ tags: { team: 'blue', use: 'a b' } }), volumeStatus);
    expect(await labels('volumes', id)).to.deep.equal({ team: 'blue', use: 'a-b' });
    await modify(volumes, id, ({ spec }) => ({ ...spec, tags: { use: 'live' } }));
    expect(await labels('volumes', id)).to.deep.equal({ use: 'live' });
    await modify(volumes, id, ({ spec }) => ({ ...spec, tags: {}, deleteLock: true }));
    expect((await labels('volumes', id)) ?? {}).to.deep.equal({});
    expect((await volumes.find(id))?.spec.deleteLock).to.equal(true);

    const cut = snapshotId('cut');
    await snapshots.create(cut, snapshotSpec({ tags: { team: 'red' }, deleteLock: true }), snapshotStatus);
    expect(await labels('snapshots', cut)).to.deep.equal({ team: 'red' });
    expect((await snapshots.find(cut))?.spec).to.deep.include({ tags: { team: 'red' }, deleteLock: true });
  });

  it('are on a template, whose id is its own', async () => {
    const { snapshots } = world().open();
    const spec = snapshotSpec({ template: 'gold', name: 'gold', convertedUuid: volumeSpec().uuid, tags: { use: 'x' } });
    const made = await snapshots.create(templateId('gold'), spec, snapshotStatus);
    expect(made.spec).to.deep.equal(spec);
    expect(await labels('snapshots', templateId('gold'))).to.deep.equal({ use: 'x' });
    for (const [id, wrong] of [
      [snapshotId('gold'), spec],
      [templateId('other'), snapshotSpec()],
    ] as const) {
      const refusal: unknown = await snapshots.create(id, wrong, snapshotStatus).catch((error: unknown) => error);
      expect(refusal).to.have.property('message').that.contains('one that is a template tmpl-');
    }
  });
});
