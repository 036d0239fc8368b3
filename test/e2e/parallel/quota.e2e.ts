import { expect } from 'chai';
import { eventAbout } from '../support/events.ts';
import { claims, snapshots, tomeQuotas, type QuotaObject } from '../support/kinds.ts';
import { create, get, patch, remove, type Reference } from '../support/objects.ts';
import { useSpace } from '../support/use-space.ts';
import { waitFor } from '../support/wait.ts';

describe('a quota', () => {
  const space = useSpace('quota');
  let quota: Reference<QuotaObject>;

  before(async () => {
    quota = space.of(tomeQuotas, `${space.name}-few`);
    const limits = { volumes: 2, bytes: '100Mi' };
    const spec = { namespace: space.name, storageClass: 'tome-immediate', limits };
    await create(tomeQuotas, { metadata: { name: quota.name }, spec });
  });
  after(() => remove(quota));

  it('keeps a claim beyond it waiting, says why, and lets it be bound when it is raised', async () => {
    const first = await space.claim('first', { class: 'tome-immediate', size: '64Mi' });
    await space.bound(first);
    expect((await space.volume('first')).spec).to.have.nested.property('parameters.storageClass', 'tome-immediate');

    const second = await space.claim('second', { class: 'tome-immediate', size: '64Mi' });
    const said = await eventAbout(second, /limits the size/);
    const scope = `namespace ${space.name}, storage class tome-immediate`;
    expect(said).to.contain(
      `quota ${quota.name} of ${scope} limits the size of volumes to 100Mi: 64Mi used, 64Mi more`,
    );
    expect((await get(second)).status?.phase).to.equal('Pending');
    expect((await get(quota)).status).to.deep.include({ volumesText: '1/2', sizeText: '64Mi/100Mi' });

    await patch(quota, { spec: { limits: { bytes: '128Mi' } } });
    await space.bound(second);
    const third = await space.claim('third', { class: 'tome-immediate', size: '16Mi' });
    expect(await eventAbout(third, /limits volumes/)).to.contain('limits volumes to 2: 2 used, 1 more asked for');
    await space.removedClaim('first');
    await space.bound(third);
    await waitFor(quota, 'counted', (object) => object?.status?.sizeText === '80Mi/128Mi');
  });

  it('does not hold for other classes, nor for what only grows within it', async () => {
    const other = await space.claim('other', { class: 'tome', size: '256Mi' });
    await space.runningPod('other', {});
    await space.bound(other);
    const second = space.of(claims, 'second');
    await patch(second, { spec: { resources: { requests: { storage: '256Mi' } } } });
    expect(await eventAbout(second, /192Mi more/)).to.contain('limits the size of volumes to 128Mi: 80Mi used');
  });

  it('limits the snapshots in pools of one name, which their VolumeSnapshots say', async () => {
    const limited = { kind: tomeQuotas, name: `${space.name}-snapshots` };
    const spec = { namespace: space.name, pool: 'default', limits: { snapshots: 1 } };
    await create(tomeQuotas, { metadata: { name: limited.name }, spec });
    try {
      await snapshot('monday');
      await waitFor(space.of(snapshots, 'monday'), 'ready', (one) => one?.status?.readyToUse === true);
      const tuesday = await snapshot('tuesday');
      const refused = await waitFor(tuesday, 'refused', (one) => one?.status?.error?.message !== undefined);
      expect(refused?.status?.error?.message).to.contain('limits snapshots to 1: 1 used, 1 more asked for');
      await remove(space.of(snapshots, 'monday'));
      await waitFor(tuesday, 'ready', (one) => one?.status?.readyToUse === true, 180_000);
    } finally {
      await remove(limited);
    }
  });

  async function snapshot(name: string) {
    const source = { persistentVolumeClaimName: 'second' };
    const spec = { volumeSnapshotClassName: 'tome', source };
    await create(snapshots, { metadata: { name, namespace: space.name }, spec });
    return space.of(snapshots, name);
  }
});
