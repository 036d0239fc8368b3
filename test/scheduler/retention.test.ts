import { expect } from 'chai';
import fc from 'fast-check';
import { modify } from '../../src/catalog/modify.ts';
import { VolumeError } from '../../src/domain/errors.ts';
import { snapshotId, volumeId } from '../../src/domain/ids.ts';
import { madeVolume } from '../support/controller.ts';
import { startWorld, type World } from './world.ts';

describe('retention of scheduled snapshots', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(() => world.stop());

  const person = (name: string) => world.test.controller.createSnapshot({ name, sourceVolumeId: volumeId('data') });
  const lock = (name: string, deleteLock: boolean) =>
    modify(world.test.catalog.snapshots, snapshotId(name), ({ spec }) => ({ ...spec, deleteLock }));
  const nights = async (first: number, last: number): Promise<void> => {
    for (let day = first; day <= last; day += 1) await world.to(`2026-11-${day}T03:00:00Z`);
  };

  it('keeps so many of each volume, and nothing of what it did not make goes', async () => {
    await person('mine');
    await world.make('nightly', { keep: { count: 2 }, selector: { volumes: ['data', 'logs'], tags: {} } });
    await nights(22, 25);
    expect(await world.snapshots()).to.deep.equal([
      'mine',
      'nightly.data.20261124T030000Z',
      'nightly.data.20261125T030000Z',
      'nightly.logs.20261124T030000Z',
      'nightly.logs.20261125T030000Z',
    ]);
  });

  it('keeps what is left of a volume when there is a new one of its name', async () => {
    await world.make('nightly', { keep: { count: 1 } });
    await nights(22, 23);
    await world.test.controller.deleteVolume({ volumeId: volumeId('data') });
    await madeVolume(world.test, 'data', { parameters: { 'tag.tier': 'gold' } });
    await nights(24, 26);
    expect(await world.snapshots()).to.deep.equal(['nightly.data.20261123T030000Z', 'nightly.data.20261126T030000Z']);
  });

  it('deletes by age when the time has come, and not only with the next snapshot', async () => {
    await world.make('weekly', { schedule: '0 3 * * 0', keep: { for: '8d' } });
    await world.to('2026-11-22T03:00:00Z');
    await world.to('2026-11-29T03:00:00Z');
    expect(await world.snapshots()).to.have.length(2);
    await world.to('2026-11-30T02:59:59Z');
    expect(await world.snapshots()).to.have.length(2);
    await world.to('2026-11-30T03:00:00Z');
    expect(await world.snapshots()).to.deep.equal(['weekly.data.20261129T030000Z']);
  });

  it('does not take the last one when no new one can be made', async () => {
    await world.make('nightly', { keep: { for: '1d' } });
    await nights(22, 22);
    world.test.agent.fail = ({ spec }) =>
      'sourceVolumeId' in spec && spec.desired === 'Present' ? new VolumeError('ResourceExhausted', 'full') : undefined;
    await nights(23, 28);
    expect(await world.snapshots()).to.deep.equal(['nightly.data.20261122T030000Z']);
  });

  it('keeps new ones also when a clock that was years ahead has dated others in the future, and says which those are', async () => {
    await world.make('nightly', { keep: { count: 2 } });
    await nights(22, 23);
    world.clock.put('2036-01-01T00:00:00Z');
    for (const day of [1, 2, 3]) await world.to(`2036-01-0${day}T03:00:00Z`);
    world.clock.put('2026-11-23T12:00:00Z');
    await world.restart();
    await nights(24, 26);
    const wrong = ['nightly.data.20360102T030000Z', 'nightly.data.20360103T030000Z'];
    const right = ['nightly.data.20261125T030000Z', 'nightly.data.20261126T030000Z'];
    expect(await world.snapshots()).to.deep.equal([...right, ...wrong]);
    const { kept } = (await world.schedule('nightly')).status;
    for (const name of wrong) expect(kept.join()).to.contain(`${name} is dated in the future`);
  });

  it('takes nothing by its age from a clock that has just jumped', async () => {
    await world.make('nightly', { keep: { for: '30d' } });
    await nights(22, 24);
    world.clock.isJumpy = true;
    world.clock.put('2036-01-01T12:00:00Z');
    await world.restart();
    expect(await world.snapshots()).to.have.length(4);
    await world.to('2036-01-01T12:01:00Z');
    expect(await world.snapshots()).to.have.length(4);
    world.clock.isJumpy = false;
    await world.to('2036-01-01T12:02:00Z');
    expect(await world.snapshots()).to.deep.equal(['nightly.data.20360101T030000Z']);
  });

  it('leaves what has a delete lock and says so, until that is taken off', async () => {
    await world.make('nightly', { keep: { count: 1 } });
    await nights(22, 22);
    await lock('nightly.data.20261122T030000Z', true);
    await nights(23, 24);
    expect(await world.snapshots()).to.deep.equal(['nightly.data.20261122T030000Z', 'nightly.data.20261124T030000Z']);
    expect((await world.schedule('nightly')).status.kept).to.deep.equal(['nightly.data.20261122T030000Z is locked']);
    await lock('nightly.data.20261122T030000Z', false);
    await nights(25, 25);
    expect(await world.snapshots()).to.deep.equal(['nightly.data.20261125T030000Z']);
    expect((await world.schedule('nightly')).status.kept).to.deep.equal([]);
  });

  it('leaves what a schedule of the same name has made before', async () => {
    await world.make('nightly', { keep: { count: 1 } });
    await nights(22, 22);
    await world.test.catalog.schedules.remove(await world.schedule('nightly'));
    await world.make('nightly', { keep: { count: 1 } });
    await nights(23, 24);
    expect(await world.snapshots()).to.deep.equal(['nightly.data.20261122T030000Z', 'nightly.data.20261124T030000Z']);
  });

  it('tells what could not be deleted, and tries again', async () => {
    await world.make('nightly', { keep: { count: 1 } });
    await nights(22, 22);
    let isBroken = true;
    world.test.agent.fail = ({ spec }) =>
      isBroken && spec.desired === 'Absent' ? new VolumeError('Internal', 'input/output error') : undefined;
    await nights(23, 23);
    expect((await world.schedule('nightly')).status.kept).to.deep.equal([
      'nightly.data.20261122T030000Z is not deleted: input/output error',
    ]);
    isBroken = false;
    await world.to('2026-11-23T03:01:00Z');
    expect(await world.snapshots()).to.deep.equal(['nightly.data.20261123T030000Z']);
    expect((await world.schedule('nightly')).status.kept).to.deep.equal([]);
  });

  it('deletes volumes that were cut together as they were cut, and none of them alone', async () => {
    const together = { together: true, selector: { volumes: ['data', 'logs'], tags: {} } };
    await world.make('app', { ...together, keep: { count: 1 } });
    await nights(22, 23);
    expect(await world.groups()).to.deep.equal(['app.20261123T030000Z']);
    const members = await world.test.catalog.snapshots.list();
    expect(members.map(({ spec }) => spec.sourceVolumeId)).to.have.members([volumeId('data'), volumeId('logs')]);
    const [member] = members;
    await modify(world.test.catalog.snapshots, member?.id ?? '', ({ spec }) => ({ ...spec, deleteLock: true }));
    await nights(24, 24);
    expect(await world.groups()).to.deep.equal(['app.20261123T030000Z', 'app.20261124T030000Z']);
    expect((await world.schedule('app')).status.kept).to.deep.equal(['app.20261123T030000Z is locked']);
  });

  it('keeps of volumes that are cut together what is left of one that was lost, also when there is a new one of its name', async () => {
    await world.make('app', { together: true, selector: { volumes: ['data', 'logs'], tags: {} }, keep: { count: 1 } });
    await nights(22, 23);
    await world.test.controller.deleteVolume({ volumeId: volumeId('data') });
    await madeVolume(world.test, 'data', { parameters: { 'tag.tier': 'gold' } });
    await nights(24, 26);
    expect(await world.groups()).to.deep.equal(['app.20261123T030000Z', 'app.20261126T030000Z']);
  });

  it('never deletes what it did not make, nor what is locked, whatever happens', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('night' as const) }),
      fc.record({ kind: fc.constant('restart' as const) }),
      fc.record({ kind: fc.constant('person' as const) }),
      fc.record({ kind: fc.constant('lock' as const), which: fc.nat(20) }),
      fc.record({ kind: fc.constant('again' as const), count: fc.integer({ min: 1, max: 3 }) }),
    );
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
        run += 1;
        const name = `s${run}`;
        const safe = new Set(await world.snapshots());
        await world.make(name, { keep: { count: 1 } });
        for (const [index, one] of steps.entries()) {
          const own = (await world.snapshots()).filter((snapshot) => snapshot.startsWith(`${name}.`));
          if (one.kind === 'night') await world.to(new Date(world.clock.now() + 86_400_000).toISOString());
          if (one.kind === 'restart') await world.restart();
          if (one.kind === 'person') {
            await person(`mine-${run}-${index}`);
            safe.add(`mine-${run}-${index}`);
          }
          const chosen = one.kind === 'lock' ? own[one.which % Math.max(own.length, 1)] : undefined;
          if (chosen !== undefined) {
            await lock(chosen, true);
            safe.add(chosen);
          }
          if (one.kind === 'again') {
            for (const left of own) safe.add(left);
            await world.test.catalog.schedules.remove(await world.schedule(name));
            await world.make(name, { keep: { count: one.count } });
          }
          expect(await world.snapshots()).to.include.members([...safe]);
        }
        await world.test.catalog.schedules.remove(await world.schedule(name));
        await world.scheduler.idle();
      }),
      { numRuns: 25 },
    );
  });
});
