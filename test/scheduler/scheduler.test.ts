import { expect } from 'chai';
import { modify } from '../../src/catalog/modify.ts';
import type { Collection } from '../../src/catalog/catalog.ts';
import { VolumeError } from '../../src/domain/errors.ts';
import { snapshotId, volumeId } from '../../src/domain/ids.ts';
import type { Schedule } from '../../src/domain/schedule.ts';
import { until } from '../support/until.ts';
import { startWorld, type World } from './world.ts';

describe('scheduled snapshots', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(() => world.stop());

  it('are made when they are due, and what is next is told', async () => {
    await world.make('nightly');
    expect(await world.snapshots()).to.deep.equal([]);
    expect((await world.schedule('nightly')).status.next).to.equal('2026-11-22T03:00:00.000Z');
    await world.to('2026-11-22T02:59:59Z');
    expect(await world.snapshots()).to.deep.equal([]);
    await world.to('2026-11-22T03:00:00Z');
    expect(await world.snapshots()).to.deep.equal(['nightly.data.20261122T030000Z']);
    const { status } = await world.schedule('nightly');
    expect(status).to.deep.include({
      lastTime: '2026-11-22T03:00:00.000Z',
      lastOutcome: { time: '2026-11-22T03:00:00.000Z', made: 1, problems: [] },
      next: '2026-11-23T03:00:00.000Z',
      kept: [],
    });
    await world.to('2026-11-22T23:59:59Z');
    expect(await world.snapshots()).to.have.length(1);
  });

  it('are made up once for all times that were missed', async () => {
    await world.make('nightly');
    await world.to('2026-11-22T03:00:00Z');
    await world.scheduler.stop();
    world.clock.advanceTo('2026-11-29T12:00:00Z');
    await world.restart();
    const made = ['nightly.data.20261122T030000Z', 'nightly.data.20261129T030000Z'];
    expect(await world.snapshots()).to.deep.equal(made);
    await world.restart();
    await world.to('2026-11-29T13:00:00Z');
    expect(await world.snapshots()).to.deep.equal(made);
  });

  it('are not made twice after a crash between making and remembering', async () => {
    await world.make('nightly');
    const { schedules, snapshots } = world.test.catalog;
    await world.restart(forgetful(schedules));
    await world.to('2026-11-22T03:00:00Z');
    const [before] = await snapshots.list();
    expect((await world.schedule('nightly')).status.lastTime).to.equal(undefined);
    expect(before?.spec.name).to.equal('nightly.data.20261122T030000Z');
    world.clock.advanceTo('2026-11-22T03:10:00Z');
    await world.restart();
    expect(await snapshots.list()).to.deep.equal([before]);
    expect((await world.schedule('nightly')).status).to.deep.include({
      lastTime: '2026-11-22T03:00:00.000Z',
      lastOutcome: { time: '2026-11-22T03:00:00.000Z', made: 1, problems: [] },
    });
  });

  it('are of every volume with the tags, also of one that came later', async () => {
    await world.make('gold', { selector: { volumes: [], tags: { tier: 'gold' } } });
    await world.to('2026-11-22T03:00:00Z');
    expect(await world.snapshots()).to.deep.equal(['gold.data.20261122T030000Z', 'gold.logs.20261122T030000Z']);
    await modify(world.test.catalog.volumes, volumeId('data'), ({ spec }) => ({ ...spec, tags: {} }));
    await world.to('2026-11-23T03:00:00Z');
    expect(await world.snapshots())
      .to.include('gold.logs.20261123T030000Z')
      .and.not.include('gold.data.20261123T030000Z');
  });

  it('are made of the other volumes when one cannot be, and the reason is told', async () => {
    await world.make('both', { selector: { volumes: ['data', 'gone', 'logs'], tags: {} } });
    world.test.agent.fail = ({ spec }) =>
      'sourceVolumeId' in spec && spec.sourceVolumeId === volumeId('data')
        ? new VolumeError('ResourceExhausted', 'the pool is full')
        : undefined;
    await world.to('2026-11-22T03:00:00Z');
    expect(await world.snapshots()).to.deep.equal(['both.logs.20261122T030000Z']);
    expect((await world.schedule('both')).status.lastOutcome).to.deep.equal({
      time: '2026-11-22T03:00:00.000Z',
      made: 1,
      problems: ['there is no volume gone', 'data: the pool is full'],
    });
  });

  it('are tried again while they are only late, and given up when the next time comes', async () => {
    await world.make('nightly');
    let isLate = true;
    world.test.agent.fail = () => (isLate ? new VolumeError('Aborted', 'still copying; try again') : undefined);
    world.clock.advanceTo('2026-11-22T03:00:00Z');
    // The pause between two rounds.
    await until(() => world.clock.timers === 1);
    isLate = false;
    await world.to('2026-11-22T03:00:06Z');
    expect((await world.schedule('nightly')).status.lastOutcome).to.deep.include({ made: 1, problems: [] });
    isLate = true;
    world.clock.advanceTo('2026-11-23T03:00:00Z');
    await until(() => world.clock.timers === 1);
    await world.to('2026-11-23T05:00:00Z');
    expect((await world.schedule('nightly')).status.lastOutcome).to.deep.include({
      made: 0,
      problems: ['data: still copying; try again'],
    });
  });

  it('are not made while their schedule is suspended, nor made up when it goes on', async () => {
    await world.make('nightly', { suspend: true });
    await world.to('2026-11-24T12:00:00Z');
    expect((await world.schedule('nightly')).status.next).to.equal(undefined);
    await world.change('nightly', { suspend: false });
    expect(await world.snapshots()).to.deep.equal([]);
    await world.to('2026-11-25T03:00:00Z');
    expect(await world.snapshots()).to.deep.equal(['nightly.data.20261125T030000Z']);
  });

  it('are told apart from one of a person that has their name', async () => {
    await world.make('nightly');
    const name = 'nightly.data.20261122T030000Z';
    await world.test.controller.createSnapshot({ name, sourceVolumeId: volumeId('data') });
    await world.to('2026-11-22T03:00:00Z');
    expect((await world.schedule('nightly')).status.lastOutcome).to.deep.include({
      made: 0,
      problems: [`data: snapshot ${name} is there, and this schedule has not made it: delete that first`],
    });
  });

  it('are made at once when somebody asks, also suspended, and once for one moment', async () => {
    await world.make('nightly', { suspend: true });
    const schedule = await world.schedule('nightly');
    const call = { signal: new AbortController().signal, deadline: Infinity };
    for (let round = 0; round < 2; round += 1) {
      const outcome = await world.scheduler.run(schedule, Date.parse('2026-11-21T12:34:56Z'), call);
      expect(outcome).to.deep.equal({ time: '2026-11-21T12:34:56.000Z', made: 1, problems: [] });
    }
    expect(await world.snapshots()).to.deep.equal(['nightly.data.20261121T123456Z']);
    expect((await world.schedule('nightly')).status).to.not.have.property('lastTime');
  });

  it('go on with the rest of the night after the clock was put forward by a year and back', async () => {
    await world.make('nightly');
    world.clock.put('2027-11-21T12:00:00Z');
    await world.to('2027-11-21T12:01:00Z');
    expect(await world.snapshots()).to.deep.equal(['nightly.data.20271121T030000Z']);
    world.clock.put('2026-11-21T12:02:00Z');
    await world.to('2026-11-21T12:03:00Z');
    await world.to('2026-11-22T03:00:00Z');
    expect(await world.snapshots()).to.include('nightly.data.20261122T030000Z');
  });

  it('end with their schedule, and stay when it is removed', async () => {
    await world.make('nightly');
    await world.to('2026-11-22T03:00:00Z');
    await world.test.catalog.schedules.remove(await world.schedule('nightly'));
    await world.to('2026-11-25T03:00:00Z');
    expect(await world.snapshots()).to.deep.equal(['nightly.data.20261122T030000Z']);
    expect(world.clock.timers).to.equal(0);
    expect(await world.test.catalog.snapshots.find(snapshotId('nightly.data.20261122T030000Z'))).to.nested.include({
      'spec.parameters.schedule': 'nightly',
    });
  });
});

/** Has lost its disk: nothing about a status is remembered. */
function forgetful(schedules: Collection<Schedule>): Collection<Schedule> {
  return new Proxy(schedules, {
    get: (target, key) => {
      if (key === 'updateStatus') return () => Promise.reject(new Error('the disk is gone'));
      const value: unknown = Reflect.get(target, key);
      // A method of its own private fields.
      return typeof value === 'function' ? (...args: unknown[]): unknown => Reflect.apply(value, target, args) : value;
    },
  });
}
