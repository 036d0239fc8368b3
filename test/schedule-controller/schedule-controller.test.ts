import { expect } from 'chai';
import { CLAIM_UIDS, SCHEDULE, SCHEDULE_UID } from '../../src/schedule-controller/names.ts';
import { makeSnapshots } from '../../src/schedule-controller/make-snapshots.ts';
import { snapshotId } from '../../src/domain/ids.ts';
import { snapshotSpec, snapshotStatus } from '../catalog/fixtures.ts';
import { until } from '../support/until.ts';
import { openWorld, SNAPSHOTS, stamp, type World } from './world.ts';

describe('SnapshotSchedules, with a real API server', function () {
  this.timeout(120_000);
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
    await world.claim('data');
    await world.claim('logs');
    await world.claim('scratch', {});
  });
  afterEach(() => world.stop());

  /** As by a person who has changed the name alone of what kubectl has printed. */
  const copy = async (name: string, other: string) => {
    const found = (await world.snapshots()).find(({ metadata }) => metadata.name === name);
    const { labels, annotations } = found?.metadata ?? {};
    await world.request('POST', `${SNAPSHOTS}/namespaces/${world.namespace}/volumesnapshots`, {
      apiVersion: 'snapshot.storage.k8s.io/v1',
      kind: 'VolumeSnapshot',
      metadata: { name: other, labels, annotations },
      spec: found?.spec,
    });
  };
  const ready = async (name: string) => (await world.found(name)).status['conditions'];

  it('make a VolumeSnapshot of each claim with the labels, when it is due', async () => {
    await world.schedule('nightly', { snapshotClassName: 'tome' });
    world.start();
    await world.seen('nightly');
    expect(await world.names()).to.deep.equal([]);
    const time = await world.night('nightly');
    expect(await world.names()).to.deep.equal([`nightly.data.${stamp(time)}`, `nightly.logs.${stamp(time)}`]);
    const [first] = await world.snapshots();
    const { uid } = (await world.found('nightly')).metadata;
    expect(first?.metadata.labels).to.deep.equal({ [SCHEDULE]: 'nightly' });
    expect(first?.metadata.annotations)
      .to.include({ [SCHEDULE_UID]: uid })
      .and.have.property(CLAIM_UIDS);
    expect(first?.spec).to.deep.equal({
      source: { persistentVolumeClaimName: 'data' },
      volumeSnapshotClassName: 'tome',
    });
    const { status } = await world.found('nightly');
    expect(status['lastOutcome']).to.deep.equal({ time, made: 2, problems: [] });
    expect(status['next']).to.equal(new Date(Date.parse(time) + 86_400_000).toISOString());
    expect(await ready('nightly')).to.have.nested.property('[0].reason', 'Active');
  });

  it('make everything once with two replicas, and once for all times that both have missed', async () => {
    await world.schedule('hourly', { schedule: '@hourly', keep: { count: 9 } });
    world.start(2);
    await world.seen('hourly');
    const first = await world.night('hourly');
    await world.cut();
    await world.stopControllers();
    const later = new Date(Date.parse(first) + 20.5 * 3_600_000).toISOString();
    world.clock.advanceTo(later);
    world.start(2);
    const newest = new Date(Date.parse(first) + 20 * 3_600_000).toISOString();
    await until(async () => (await world.found('hourly')).status['lastTime'] === newest);
    await world.idle();
    const names = [first, newest].flatMap((time) => [`hourly.data.${stamp(time)}`, `hourly.logs.${stamp(time)}`]);
    expect(await world.names()).to.deep.equal(names.toSorted());
  });

  it('make nothing twice when what was made was not remembered', async () => {
    await world.schedule('nightly');
    world.start();
    await world.seen('nightly');
    const path = `/apis/tome.storage/v1alpha1/namespaces/${world.namespace}/snapshotschedules/nightly/status`;
    await world.night('nightly');
    const before = await world.snapshots();
    await world.stopControllers();
    await world.request('PATCH', path, { status: { lastTime: null, lastOutcome: null } });
    world.start();
    await until(async () => (await world.found('nightly')).status['lastTime'] !== undefined);
    await world.idle();
    expect(await world.snapshots()).to.deep.equal(before);
    expect((await world.found('nightly')).status['lastOutcome']).to.include({ made: 2 });
  });

  it('delete what they have made and do not keep, and nothing that merely looks like it', async () => {
    const labels = { [SCHEDULE]: 'nightly' };
    const metadata = { name: 'mine', labels, annotations: { [SCHEDULE_UID]: 'another' } };
    await world.request('POST', `${SNAPSHOTS}/namespaces/${world.namespace}/volumesnapshots`, {
      apiVersion: 'snapshot.storage.k8s.io/v1',
      kind: 'VolumeSnapshot',
      metadata,
      spec: { source: { persistentVolumeClaimName: 'data' } },
    });
    await world.schedule('nightly', { claimSelector: { matchLabels: { backup: 'yes' } }, keep: { count: 2 } });
    world.start();
    await world.seen('nightly');
    const times: string[] = [];
    for (let night = 0; night < 4; night += 1) {
      times.push(await world.night('nightly'));
      if (night === 0) await copy(`nightly.data.${stamp(String(times[0]))}`, 'before-upgrade');
      await world.cut();
    }
    times.push(await world.night('nightly'));
    // The newest is not ready yet, and does not count.
    const kept = times.slice(2).flatMap((time) => [`nightly.data.${stamp(time)}`, `nightly.logs.${stamp(time)}`]);
    expect(await world.names()).to.deep.equal(['mine', 'before-upgrade', ...kept].toSorted());
  });

  it('keep what is left of a claim when there is a new one of its name', async () => {
    await world.schedule('nightly', { keep: { count: 1 } });
    world.start();
    await world.seen('nightly');
    const lost = await world.night('nightly');
    await world.cut();
    await world.claimAnew('data');
    for (let night = 0; night < 2; night += 1) {
      await world.night('nightly');
      await world.cut();
    }
    expect(await world.names())
      .to.include(`nightly.data.${stamp(lost)}`)
      .and.not.include(`nightly.logs.${stamp(lost)}`);
  });

  it('leave what has a delete lock, and say so', async () => {
    await world.schedule('nightly', {
      keep: { count: 1 },
      claimSelector: { matchExpressions: [{ key: 'backup', operator: 'DoesNotExist' }] },
    });
    world.start();
    await world.seen('nightly');
    const first = await world.night('nightly');
    const id = snapshotId(world.namespace);
    await world.catalog.snapshots.create(id, snapshotSpec({ name: world.namespace, deleteLock: true }), snapshotStatus);
    const content = `content-${world.namespace}`;
    await world.request('POST', `${SNAPSHOTS}/volumesnapshotcontents`, {
      apiVersion: 'snapshot.storage.k8s.io/v1',
      kind: 'VolumeSnapshotContent',
      metadata: { name: content },
      spec: {},
    });
    await world.request('PATCH', `${SNAPSHOTS}/volumesnapshotcontents/${content}/status`, {
      status: { snapshotHandle: id },
    });
    await world.cut({ readyToUse: true, boundVolumeSnapshotContentName: content });
    const second = await world.night('nightly');
    await world.cut();
    const third = await world.night('nightly');
    const names = [first, second, third].map((time) => `nightly.scratch.${stamp(time)}`);
    expect(await world.names()).to.deep.equal(names);
    expect(JSON.stringify(await ready('nightly'))).to.contain(`nightly.scratch.${stamp(first)} is locked`);
    await world.cut();
    await world.night('nightly');
    expect(await world.names())
      .to.include(names[0])
      .and.not.include(names[1]);
  });

  it('tell what a person wrote that cannot be, and go on from when it is put right', async () => {
    await world.schedule('nightly', { schedule: 'every night' });
    world.start();
    await until(async () => JSON.stringify(await ready('nightly')).includes('write minute, hour, day'));
    await until(() => world.events.length > 0);
    expect(world.events[0]).to.deep.include({ type: 'Warning', reason: 'ScheduleFailing' });
    expect(world.events[0]?.about).to.deep.include({
      kind: 'SnapshotSchedule',
      id: 'nightly',
      namespace: world.namespace,
    });
    world.clock.advanceTo(new Date(world.clock.now() + 3 * 86_400_000).toISOString());
    await world.change('nightly', { schedule: '0 3 * * *' });
    await world.seen('nightly');
    expect(await world.names()).to.deep.equal([]);
    await world.night('nightly');
    expect(await world.names()).to.have.length(2);
    expect(await ready('nightly')).to.have.nested.property('[0].status', 'True');
  });

  it('tell what cannot be made, and make the rest', async () => {
    await world.schedule('nightly', { schedule: '@hourly' });
    world.start();
    await world.seen('nightly');
    const next = String((await world.found('nightly')).status['next']);
    await world.request('POST', `${SNAPSHOTS}/namespaces/${world.namespace}/volumesnapshots`, {
      apiVersion: 'snapshot.storage.k8s.io/v1',
      kind: 'VolumeSnapshot',
      metadata: { name: `nightly.data.${stamp(next)}` },
      spec: { source: { persistentVolumeClaimName: 'data' } },
    });
    await world.night('nightly');
    const { status } = await world.found('nightly');
    expect(status['lastOutcome']).to.deep.include({ made: 1 });
    expect(JSON.stringify(status['conditions'])).to.contain('this schedule has not made it: delete that first');
    await world.cut({ error: { message: 'the pool is full' } });
    await world.night('nightly');
    await until(async () => JSON.stringify(await ready('nightly')).includes('is not ready: the pool is full'));
  });

  it('make nothing and delete nothing while they are suspended', async () => {
    await world.schedule('nightly', { suspend: true });
    world.start();
    await until(async () => JSON.stringify(await ready('nightly')).includes('Suspended'));
    world.clock.advanceTo(new Date(world.clock.now() + 3 * 86_400_000).toISOString());
    await world.change('nightly', { suspend: false });
    await world.seen('nightly');
    expect(await world.names()).to.deep.equal([]);
    await world.night('nightly');
    expect(await world.names()).to.have.length(2);
  });

  it('do not take a conflict over a quota for what they have made: the time is done when all is there', async () => {
    const client: Parameters<typeof makeSnapshots>[2]['client'] = {
      list: (_, __, ___, schema) => Promise.resolve([schema.parse({ metadata: { name: 'data', uid: '1' } })]),
      create: () => Promise.resolve({ kind: 'exists' }),
      find: () => Promise.resolve(undefined),
    };
    const keep = { count: 1 };
    const spec = { schedule: '@daily', timeZone: 'UTC', claimSelector: {}, keep, suspend: false, together: false };
    const identity = { namespace: 'a', name: 'nightly', uid: '2', version: '3', created: '2026-11-21T12:00:00Z' };
    const made = makeSnapshots({ ...identity, spec, status: { conditions: [] } }, 0, { client });
    expect(await made.catch(String)).to.contain('it is tried again');
  });

  const refused = [
    ['nothing of what stays', 'nightly', { keep: {} }, 'say which snapshots stay'],
    ['a time that is none', 'nightly', { keep: { for: 'ever' } }, 'spec.keep.for'],
    ['to keep none', 'nightly', { keep: { count: 0 } }, 'spec.keep.count'],
    ['a name with a dot', 'night.ly', {}, 'small letters, digits and dashes'],
  ] as const;
  for (const [what, name, spec, message] of refused) {
    it(`refuse ${what}`, async () => {
      const error = await world.schedule(name, spec).then(
        () => 'taken',
        (thrown: unknown) => String(thrown),
      );
      expect(error).to.contain(message);
    });
  }
});
