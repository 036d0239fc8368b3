import { expect } from 'chai';
import { openWorld, stamp, type World } from './world.ts';

describe('SnapshotSchedules of claims that are cut together', function () {
  this.timeout(120_000);
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
    await world.claim('data');
    await world.claim('logs');
  });
  afterEach(() => world.stop());

  const names = async () => (await world.groups()).map(({ metadata }) => metadata.name);

  it('make one VolumeGroupSnapshot, and keep so many', async () => {
    await world.schedule('app', { together: true, snapshotClassName: 'tome', keep: { count: 1 } });
    world.start();
    await world.seen('app');
    const first = await world.night('app');
    const [group] = await world.groups();
    expect(group?.metadata.name).to.equal(`app.${stamp(first)}`);
    expect(group?.spec).to.deep.equal({
      source: { selector: { matchLabels: { backup: 'yes' } } },
      volumeGroupSnapshotClassName: 'tome',
    });
    expect(await world.snapshots()).to.deep.equal([]);
    await world.cut();
    const second = await world.night('app');
    await world.cut();
    const third = await world.night('app');
    expect(await names()).to.deep.equal([second, third].map((time) => `app.${stamp(time)}`));
  });

  it('keep what is left of one when there is a new one of its name', async () => {
    await world.schedule('app', { together: true, keep: { count: 1 } });
    world.start();
    await world.seen('app');
    const lost = await world.night('app');
    await world.cut();
    await world.claimAnew('data');
    for (let night = 0; night < 2; night += 1) {
      await world.night('app');
      await world.cut();
    }
    const last = await world.night('app');
    expect(await names())
      .to.have.length(3)
      .and.include.members([lost, last].map((time) => `app.${stamp(time)}`));
  });
});
