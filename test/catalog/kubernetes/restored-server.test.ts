import { expect } from 'chai';
import { waitUntil } from '../../../src/catalog/wait-until.ts';
import { volumeId } from '../../../src/domain/ids.ts';
import { poolSpec, poolStatus, readyStatus, volumeSpec } from '../fixtures.ts';
import { describeInWorld } from './world.ts';

const [kept, removed, lost, late] = ['kept', 'removed', 'lost', 'late'].map(volumeId) as [
  string,
  string,
  string,
  string,
];

describeInWorld('an API server that is restored from a backup', (world) => {
  it('is believed: what came after the backup is gone, what was removed since is back, and changes are told', async function () {
    this.timeout(120_000);
    const [ours, others] = [world().open(), world().open()];
    const spec = volumeSpec({ pool: 'node-1.default' });
    await others.pools.create('node-1.default', { ...poolSpec, agent: 'node-1', nodes: ['node-1'] }, poolStatus);
    await ours.volumes.create(kept, spec, readyStatus);
    const removal = await ours.volumes.create(removed, spec, readyStatus);
    await world().server.backUp();

    const seen = waitUntil(ours.volumes, lost, (resource) => resource !== undefined, AbortSignal.timeout(20_000));
    await ours.volumes.remove(removal);
    await others.volumes.create(lost, spec, readyStatus);
    await seen;
    const told: string[] = [];
    ours.volumes.watch(({ id, resource }) => told.push(`${id} is ${resource === undefined ? 'gone' : 'there'}`));
    await world().server.restore();
    await waitUntil(others.volumes, removed, (resource) => resource !== undefined, AbortSignal.timeout(20_000));
    const seenLate = waitUntil(ours.volumes, late, (resource) => resource !== undefined, AbortSignal.timeout(20_000));
    await others.volumes.create(late, spec, readyStatus);
    await seenLate;

    const ids = (await ours.volumes.list()).map(({ id }) => id);
    expect(ids).to.have.members([kept, removed, late]);
    expect(told).to.include.members([`${lost} is gone`, `${removed} is there`, `${late} is there`]);
  });
});
