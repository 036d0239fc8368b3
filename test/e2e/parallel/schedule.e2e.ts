import { expect } from 'chai';
import { run } from '../support/exec.ts';
import { eventAbout } from '../support/events.ts';
import {
  groupSnapshots,
  snapshots,
  snapshotSchedules,
  type SnapshotScheduleObject,
  type VolumeSnapshot,
} from '../support/kinds.ts';
import { create, get, list, patch, remove, type Reference } from '../support/objects.ts';
import { useSpace } from '../support/use-space.ts';
import { waitFor, watchUntil } from '../support/wait.ts';

/** Milliseconds until a schedule of every minute has come so many times. */
const minutes = (count: number): number => count * 60_000 + 30_000;

describe('snapshot schedules', () => {
  const space = useSpace('schedule');
  const app = space.container('app');
  const own = { namespace: space.name, labelSelector: 'tome.storage/schedule=minutely' };
  const isReady = ({ status }: VolumeSnapshot): boolean => status?.readyToUse === true;
  const nameOf = ({ metadata }: VolumeSnapshot): string => metadata?.name ?? '';

  const scheduled = async (name: string, spec: object): Promise<Reference<SnapshotScheduleObject>> => {
    const claimSelector = { matchLabels: { backup: 'yes' } };
    const whole = { schedule: '* * * * *', claimSelector, keep: { count: 2 }, ...spec };
    await create(snapshotSchedules, { metadata: { name, namespace: space.name }, spec: whole });
    return space.of(snapshotSchedules, name);
  };

  it('make snapshots every minute, and keep the two newest', async () => {
    await space.claim('data', { labels: { backup: 'yes' } });
    await space.runningPod('app', { claims: ['data'] });
    await run(app, 'echo then > /app/data/said; sync /app/data/said');
    await scheduled('minutely', { snapshotClassName: 'tome' });
    const two = await watchUntil(snapshots, own, (all) => all.filter(isReady).length === 2, minutes(3));
    expect(two, 'two snapshots').not.to.equal(undefined);
    const [first = ''] = (two ?? []).map(nameOf).toSorted();
    const third = await watchUntil(
      snapshots,
      own,
      (all) => all.filter(isReady).length === 2 && !all.map(nameOf).includes(first),
      minutes(2),
    );
    expect(third, 'the first is gone').not.to.equal(undefined);
    const { status } = await get(space.of(snapshotSchedules, 'minutely'));
    expect(status?.lastOutcome).to.deep.include({ made: 1, problems: [] });
    expect(status?.conditions[0]).to.include({ type: 'Ready', status: 'True', reason: 'Active' });
  }).timeout(480_000);

  it('make what claims are made from, and leave it when they are removed', async () => {
    await remove(space.of(snapshotSchedules, 'minutely'));
    const [snapshot] = (await list(snapshots, own)).filter(isReady);
    await space.claim('restored', { snapshot: snapshot === undefined ? '' : nameOf(snapshot) });
    await space.runningPod('restored', { claims: ['restored'] });
    expect(await run(space.container('restored'), 'cat /app/restored/said')).to.contain('then');
  });

  it('cut claims together, and nothing while they are suspended', async () => {
    const schedule = await scheduled('together', { snapshotClassName: 'tome', together: true, suspend: true });
    await waitFor(space.of(snapshotSchedules, 'together'), 'suspended', (object) => {
      return object?.status?.conditions[0]?.reason === 'Suspended';
    });
    expect(await list(groupSnapshots, { namespace: space.name })).to.deep.equal([]);
    await patch(schedule, { spec: { suspend: false } });
    const cut = await watchUntil(
      groupSnapshots,
      { namespace: space.name },
      (all) => all.some(({ status }) => status?.readyToUse === true),
      minutes(2),
    );
    expect(cut, 'a group snapshot').not.to.equal(undefined);
    await remove(schedule);
    for (const { metadata } of cut ?? []) await space.removed(space.of(groupSnapshots, metadata?.name ?? ''));
  }).timeout(240_000);

  it('tell what a person wrote that cannot be', async () => {
    await scheduled('wrong', { schedule: 'every night' });
    const said = await eventAbout(space.of(snapshotSchedules, 'wrong'), /ScheduleFailing/);
    expect(said).to.contain('write minute, hour, day, month and day of the week');
  });
});
