import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { templateId, volumeId } from '../../src/domain/ids.ts';
import { workOnTemplate } from '../../src/template-controller/work-on-template.ts';
import { small } from '../agent/cluster.ts';
import { DyingServer } from './dying-server.ts';
import { groupWorld, type GroupWorld } from './group-world.ts';

describe('a controller that is killed before and after each of its writes for a VolumeTemplate', function () {
  this.timeout(120_000);
  let world: GroupWorld;
  beforeEach(async () => {
    world = await groupWorld();
  });
  afterEach(() => world.close());

  /** False when it did not come to that point. */
  async function dieAt(point: number, name: string): Promise<boolean> {
    const server = new DyingServer(world.credentials(), point);
    const work = world.workOver(server);
    const call = { signal: new AbortController().signal, deadline: Date.now() + 30_000 };
    await Promise.race([workOnTemplate(name, work, call), server.died]);
    // What waits for an answer waits for ever.
    await Promise.race([work.close(), delay(200)]);
    server.close();
    return server.isDead();
  }

  const cut = (name: string) => world.catalog.snapshots.find(templateId(name));
  const state = async (name: string) => (await world.kubectl.get('volumetemplates', name))?.status?.['state'];
  const untilGone = (name: string) =>
    world.until(async () => (await world.kubectl.get('volumetemplates', name)) === undefined);

  async function make(name: string, convert: boolean): Promise<void> {
    await world.controller.createVolume(small(`of-${name}`));
    const spec = { source: { volume: volumeId(`of-${name}`) }, convert };
    await world.kubectl.create('volumetemplates', { metadata: { name }, spec });
  }

  for (const convert of [false, true]) {
    it(`${convert ? 'converts' : 'cuts'} once, and the next one says that it is Ready`, async () => {
      for (let point = 0; ; point += 1) {
        const name = `at-${point}`;
        await make(name, convert);
        if (!(await dieAt(point, name))) {
          // The finalizer, the status before the cut, the cut, the outcome.
          expect(point).to.be.at.least(2 * 4);
          break;
        }
        const before = await cut(name);
        world.startReplica();
        await world.until(async () => (await state(name)) === 'Ready');
        const after = await cut(name);
        if (before !== undefined) expect(after?.spec.uuid, name).to.equal(before.spec.uuid);
        const isVolumeThere = (await world.catalog.volumes.find(volumeId(`of-${name}`))) !== undefined;
        expect(isVolumeThere, name).to.equal(!convert);
        await world.kubectl.delete('volumetemplates', name);
        await untilGone(name);
        expect(await cut(name), name).to.equal(undefined);
        await world.stopReplicas();
      }
    });
  }

  it('leaves no template behind where it was to be deleted', async () => {
    for (let point = 0; ; point += 1) {
      const name = `gone-${point}`;
      await make(name, false);
      world.startReplica();
      await world.until(async () => (await state(name)) === 'Ready');
      await world.stopReplicas();
      await world.kubectl.delete('volumetemplates', name);
      const isDead = await dieAt(point, name);
      if (isDead) {
        world.startReplica();
        await untilGone(name);
        await world.stopReplicas();
      }
      expect(await cut(name), name).to.equal(undefined);
      // The request to the agent, and the finalizer.
      if (!isDead) return expect(point).to.be.at.least(2 * 2);
    }
  });
});
