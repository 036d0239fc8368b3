import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { volumeId } from '../../src/domain/ids.ts';
import { isSettled } from '../../src/domain/resource.ts';
import { workOnGroup } from '../../src/template-controller/group/work-on-group.ts';
import { small } from '../agent/cluster.ts';
import { DyingServer } from './dying-server.ts';
import { groupWorld, type GroupWorld, type GroupStatus } from './group-world.ts';

const NAMES = ['data', 'index', 'log'];

interface Scenario {
  readonly convert: boolean;
  /** The next one that starts finds the group as it was, or deleted by a person. */
  readonly isDeleted: boolean;
}

describe('a controller that is killed before and after each of its writes for a VolumeTemplateGroup', function () {
  this.timeout(180_000);
  let world: GroupWorld;
  beforeEach(async () => {
    world = await groupWorld();
    for (const name of NAMES) await world.claim(name);
  });
  afterEach(() => world.close());

  /** What it had written by then; undefined when it did not come to that point. */
  async function dieAt(point: number, group: string): Promise<readonly string[] | undefined> {
    const server = new DyingServer(world.credentials(), point);
    const work = world.workOver(server);
    const call = { signal: new AbortController().signal, deadline: Date.now() + 30_000 };
    await Promise.race([workOnGroup(group, work, call), server.died]);
    // What waits for an answer waits for ever.
    await Promise.race([work.close(), delay(200)]);
    server.close();
    return server.isDead() ? server.writes : undefined;
  }

  /** The agent goes on with what it was asked for: in the end there are all templates, or none. */
  async function untilDecided(): Promise<number> {
    await world.until(async () => {
      const groups = await world.catalog.groups.list({ isExact: true });
      return groups.every((group) => isSettled(group));
    });
    const { shown, templates } = await world.made();
    expect(templates.length, templates.join()).to.be.oneOf([0, NAMES.length]);
    expect(templates).to.include.members([...shown]);
    return templates.length;
  }

  async function expectAll(group: string, before: GroupStatus): Promise<void> {
    const ready = await world.untilStatus(group, ({ state }) => state === 'Ready');
    if (before.members.length > 0) expect(ready.members).to.deep.equal(before.members);
    await expectShown(group);
    const snapshots = await world.catalog.snapshots.list({ isExact: true });
    expect(snapshots.map(({ spec }) => spec.uuid)).to.have.members(ready.members.map(({ uuid }) => uuid));
  }

  async function expectShown(group: string): Promise<void> {
    const wanted = NAMES.map((name) => `${group}-${name}`);
    expect(await world.made()).to.deep.equal({ shown: wanted, templates: wanted });
    await world.until(async () => {
      const states = (await world.kubectl.table('volumetemplates')).map(({ State }) => State);
      return states.every((state) => state === 'Ready');
    });
  }

  /** As it was before, for the next one. */
  async function undo(group: string): Promise<void> {
    const isThere = async () => (await world.kubectl.get('volumetemplategroups', group)) !== undefined;
    if (await isThere()) await world.kubectl.delete('volumetemplategroups', group);
    await world.until(async () => !(await isThere()));
    for (const name of (await world.made()).shown) await world.kubectl.delete('volumetemplates', name);
    await world.until(async () => {
      const { shown, templates } = await world.made();
      return shown.length + templates.length === 0;
    });
    for (const name of NAMES) {
      const volume = await world.catalog.volumes.find(volumeId(name));
      if (volume === undefined) await world.controller.createVolume(small(name));
    }
  }

  const seen = { all: 0, none: 0 };

  async function sweep({ convert, isDeleted }: Scenario): Promise<void> {
    seen.all = 0;
    seen.none = 0;
    const claims = { namespace: world.namespace, selector: { matchLabels: { app: 'shop' } } };
    for (let point = 0; ; point += 1) {
      const group = `at-${point}`;
      await world.group(group, { source: { claims }, convert });
      const writes = await dieAt(point, group);
      if (writes === undefined) {
        // All of them: members with the finalizer, the cut, the VolumeTemplates, the outcome.
        expect(point).to.be.at.least(2 * (2 + 1 + NAMES.length + 1));
        break;
      }
      const made = await untilDecided();
      seen[made === 0 ? 'none' : 'all'] += 1;
      const before = await world.status(group);
      if (isDeleted) await world.kubectl.delete('volumetemplategroups', group);
      world.startReplica();
      if (!isDeleted) await expectAll(group, before);
      else {
        await world.until(async () => (await world.kubectl.get('volumetemplategroups', group)) === undefined);
        if (made > 0) await expectShown(group);
        else expect(await world.made()).to.deep.equal({ shown: [], templates: [] });
      }
      await undo(group);
      await world.stopReplicas();
    }
    expect(seen.all, 'killed after the cut').to.be.above(2);
    expect(seen.none, 'killed before the cut').to.be.above(2);
  }

  it('has all of the templates in the end, and no other ones than it had decided on', () =>
    sweep({ convert: false, isDeleted: false }));

  it('has all of the volumes converted in the end', () => sweep({ convert: true, isDeleted: false }));

  it('leaves all of them or none where the group is deleted by then', () => sweep({ convert: false, isDeleted: true }));

  it('leaves all volumes or all templates where the group is deleted by then', () =>
    sweep({ convert: true, isDeleted: true }));
});
