import type { KubernetesObject } from '@kubernetes/client-node';
import { expect } from 'chai';
import { eventAbout } from '../support/events.ts';
import {
  claims,
  snapshotClasses,
  snapshotContents,
  snapshots,
  storageClasses,
  tomeSnapshots,
  tomeVolumes,
  volumeTemplates,
  type Kind,
  type VolumeTemplateObject,
} from '../support/kinds.ts';
import { create, find, get, list, patch, remove, type Reference } from '../support/objects.ts';
import { driverName } from '../support/settings.ts';
import { useSpace } from '../support/use-space.ts';
import { waitFor } from '../support/wait.ts';

/** As long as the sidecars may take until they ask for a deletion again. */
const AGAIN_MS = 180_000;

describe('a delete lock', () => {
  const space = useSpace('locks');
  const locked = `${space.name}-locked`;
  const marks = { deleteLock: 'true', 'tag.of': space.name };
  const unlock = { spec: { deleteLock: false } };

  before(async () => {
    const parameters = { 'csi.storage.k8s.io/fstype': 'ext4', pool: 'default', ...marks };
    await create(storageClasses, { metadata: { name: locked }, provisioner: driverName, parameters });
    await create(snapshotClasses, {
      metadata: { name: locked },
      driver: driverName,
      deletionPolicy: 'Delete',
      parameters: marks,
    });
    await space.bound(await space.claim('data', { class: locked }));
  });

  after(async () => {
    await remove({ kind: storageClasses, name: locked });
    await remove({ kind: snapshotClasses, name: locked });
  });

  /** By the label that the tag is. */
  async function tagged<T extends KubernetesObject>(kind: Kind<T>): Promise<Reference<T>> {
    const [one, ...more] = await list(kind, { labelSelector: `of=${space.name}` });
    expect(more).to.deep.equal([]);
    return { kind, name: one?.metadata?.name ?? '' };
  }

  it('of a VolumeSnapshotClass keeps the snapshot until it is taken off', async () => {
    const source = { persistentVolumeClaimName: 'data' };
    const spec = { volumeSnapshotClassName: locked, source };
    await create(snapshots, { metadata: { name: 'monday', namespace: space.name }, spec });
    const monday = space.of(snapshots, 'monday');
    await waitFor(monday, 'ready', (one) => one?.status?.readyToUse === true);
    const content = { kind: snapshotContents, name: (await get(monday)).status?.boundVolumeSnapshotContentName ?? '' };
    const snapshot = await tagged(tomeSnapshots);
    await remove(monday);
    // That is all that csi-snapshotter tells.
    await eventAbout(content, /SnapshotDeleteError/);
    expect((await get(snapshot)).spec).to.include({ deleteLock: true });
    await patch(snapshot, unlock);
    await waitFor(snapshot, 'gone', (one) => one === undefined, AGAIN_MS);
  });

  it('of a VolumeTemplate keeps it, which says so, until it is taken off', async () => {
    const template: Reference<VolumeTemplateObject> = { kind: volumeTemplates, name: `${space.name}-gold` };
    const source = { persistentVolumeClaim: { namespace: space.name, name: 'data' } };
    await create(volumeTemplates, { metadata: { name: template.name }, spec: { source, deleteLock: true } });
    await waitFor(template, 'ready', (one) => one?.status?.state === 'Ready');
    await remove(template);
    const refused = await waitFor(template, 'refused', (one) => one?.status?.state === 'Deleting');
    expect(refused?.status?.message).to.contain('has a delete lock');
    await patch(template, unlock);
    await waitFor(template, 'gone', (one) => one === undefined);
  });

  it('of a StorageClass keeps the volume of a claim that is deleted, with an event, until it is taken off', async () => {
    const volume = await tagged(tomeVolumes);
    expect(volume.name).to.equal((await space.volumeReference('data')).name);
    const bound = await space.persistentVolume('data');
    await space.removed(space.of(claims, 'data'));
    expect(await eventAbout(bound, /VolumeFailedDelete/)).to.contain('has a delete lock');
    expect((await get(volume)).spec).to.include({ deleteLock: true });
    await patch(volume, unlock);
    await waitFor(bound, 'gone', (one) => one === undefined, AGAIN_MS);
    expect(await find(volume)).to.equal(undefined);
  });
});
