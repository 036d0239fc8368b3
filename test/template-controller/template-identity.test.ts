import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { createTemplate } from '../../src/csi/controller/template/create-template.ts';
import { templateId, volumeId } from '../../src/domain/ids.ts';
import { isSettled } from '../../src/domain/resource.ts';
import { attachImage } from '../../src/pool/attach-image.ts';
import { findSnapshot, findVolume, requireVolume } from '../../src/pool/find.ts';
import { workOnTemplate } from '../../src/template-controller/work-on-template.ts';
import { workOnGroup } from '../../src/template-controller/group/work-on-group.ts';
import type { ApiRequest, ApiResponse } from '../../src/catalog/kubernetes/api-server.ts';
import { small } from '../agent/cluster.ts';
import { DyingServer } from './dying-server.ts';
import { groupWorld, type GroupWorld } from './group-world.ts';

const gold = templateId('gold');

/** A process whose first write to this path waits until it may go on. */
class LateServer extends DyingServer {
  readonly #waiting = Promise.withResolvers<undefined>();
  readonly #mayGoOn = Promise.withResolvers<undefined>();
  readonly #path: string;

  constructor(credentials: ConstructorParameters<typeof DyingServer>[0], path: string) {
    super(credentials);
    this.#path = path;
  }

  get isWaiting(): Promise<undefined> {
    return this.#waiting.promise;
  }

  goOn(): void {
    this.#mayGoOn.resolve(undefined);
  }

  override async request(request: ApiRequest): Promise<ApiResponse> {
    if (request.method === 'POST' && request.path.endsWith(this.#path)) {
      this.#waiting.resolve(undefined);
      await this.#mayGoOn.promise;
    }
    return await super.request(request);
  }
}

describe('A VolumeTemplate and the template of its name', function () {
  this.timeout(120_000);
  let world: GroupWorld;
  beforeEach(async () => {
    world = await groupWorld();
    await world.controller.createVolume(small('data'));
  });
  afterEach(() => world.close());

  const call = () => ({ signal: new AbortController().signal, deadline: Date.now() + 30_000 });
  const found = (name = 'gold') => world.kubectl.get('volumetemplates', name);
  const state = async (name = 'gold') => (await found(name))?.status?.['state'];
  const message = async (name = 'gold') => String((await found(name))?.status?.['message']);
  const until = (wanted: string, name = 'gold') =>
    world.until(
      async () => (await state(name)) === wanted,
      async () => JSON.stringify((await found(name))?.status),
    );
  const untilGone = (name = 'gold') => world.until(async () => (await found(name)) === undefined);
  const make = (spec: object, name = 'gold') => world.kubectl.create('volumetemplates', { metadata: { name }, spec });
  const ofData = { source: { volume: volumeId('data') } };

  /** A controller that ends at that point; false when it did not come to that. */
  async function dieAt(point: number, work: typeof workOnTemplate | typeof workOnGroup, name: string) {
    const server = new DyingServer(world.credentials(), point);
    const deps = world.workOver(server);
    await Promise.race([work(name, deps, call()), server.died]);
    await Promise.race([deps.close(), delay(200)]);
    server.close();
    return server.isDead();
  }

  it('are two things where the template came in between, and it stays when the resource goes', async () => {
    await world.controller.createVolume(small('other'));
    world.startReplica();
    await make({ source: { persistentVolumeClaim: { namespace: world.namespace, name: 'late' } } });
    await until('Failed');
    const work = world.workOver(new DyingServer(world.credentials()));
    const source = { kind: 'volume', id: volumeId('other') } as const;
    const wish = { name: 'gold', source, convert: false, marks: { tags: {} } };
    const { uuid } = (await createTemplate(wish, work.creating, call())).spec;
    await work.close();
    await world.until(async () => (await message()).includes('exists'), message);
    await world.claim('late');
    await delay(500);
    expect(await state()).to.equal('Failed');
    await world.kubectl.delete('volumetemplates', 'gold');
    await untilGone();
    expect((await findSnapshot(world.node.pool, gold))?.uuid).to.equal(uuid);
    expect((await world.catalog.snapshots.find(gold))?.spec.desired).to.equal('Present');
  });

  it('go, once the lock is off, also where that is taken off after the deletion', async () => {
    world.startReplica();
    await make({ ...ofData, deleteLock: true });
    await until('Ready');
    await world.kubectl.delete('volumetemplates', 'gold');
    await until('Deleting');
    expect(await message()).to.contain('has a delete lock');
    await world.unlock('gold');
    await untilGone();
    expect(await findSnapshot(world.node.pool, gold)).to.equal(undefined);
  });

  it('are not made of the volume of a claim that only says that it has it', async () => {
    await world.claim('own');
    await world.post(`/api/v1/namespaces/${world.namespace}/persistentvolumeclaims`, {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'thief' },
      spec: {
        ...{ accessModes: ['ReadWriteOnce'], storageClassName: '', resources: { requests: { storage: '16Mi' } } },
        volumeName: `${world.namespace}-own`,
      },
    });
    world.startReplica();
    await make({ source: { persistentVolumeClaim: { namespace: world.namespace, name: 'thief' } }, convert: true });
    await world.until(async () => (await message()).includes('is not bound yet'), message);
    expect(await findVolume(world.node.pool, volumeId('own'))).not.to.equal(undefined);
  });

  it('lose nothing of a volume where the resource is deleted before it was Ready, wherever its controller ends', async () => {
    const seen = { volumes: 0, templates: 0 };
    for (let point = 0; ; point += 1) {
      const name = `at-${point}`;
      const [volume, template] = [volumeId(`of-${name}`), templateId(name)];
      await world.controller.createVolume(small(`of-${name}`));
      await make({ source: { volume }, convert: true }, name);
      if (!(await dieAt(point, workOnTemplate, name))) break;
      await world.until(async () => {
        const asked = await world.catalog.snapshots.find(template);
        return asked === undefined || isSettled(asked);
      });
      const wasReady = (await state(name)) === 'Ready';
      if (wasReady) break;
      await world.kubectl.delete('volumetemplates', name);
      world.startReplica();
      await world.until(async () => (await found(name))?.metadata.deletionTimestamp === undefined);
      const record = await findSnapshot(world.node.pool, template);
      expect((await findVolume(world.node.pool, volume)) !== undefined, name).to.equal(record === undefined);
      seen[record === undefined ? 'volumes' : 'templates'] += 1;
      if (record === undefined) {
        expect(await found(name)).to.equal(undefined);
        expect((await world.catalog.volumes.find(volume))?.status.ready).to.equal(true);
      } else await until('Ready', name);
      await world.stopReplicas();
    }
    expect(seen.volumes).to.be.above(2);
    expect(seen.templates).to.be.above(0);
  });

  for (const kind of ['volumetemplates', 'volumetemplategroups'] as const) {
    it(`convert nothing later that was refused, wherever the controller of ${kind} ends`, async () => {
      let refusals = 0;
      for (let point = 0; ; point += 1) {
        const name = `at-${point}`;
        const volume = volumeId(`of-${name}`);
        const isGroup = kind === 'volumetemplategroups';
        if (isGroup) await world.claim(`of-${name}`);
        else await world.controller.createVolume(small(`of-${name}`));
        const record = await requireVolume(world.node.pool, volume);
        const attached = await attachImage(world.node.pool, record, { access: 'writers', autoclear: false });
        await world.pod(name, [`of-${name}`]);
        const source = isGroup ? { pod: { namespace: world.namespace, name } } : { volume };
        await world.kubectl.create(kind, { metadata: { name }, spec: { source, convert: true } });
        const isDead = await dieAt(point, isGroup ? workOnGroup : workOnTemplate, name);
        const asked = isGroup
          ? await world.catalog.groups.list({ isExact: true })
          : [await world.catalog.snapshots.find(templateId(name))];
        await world.until(async () => {
          const groups = await world.catalog.groups.list({ isExact: true });
          const snapshot = await world.catalog.snapshots.find(templateId(name));
          return [...groups, ...(snapshot === undefined ? [] : [snapshot])].every((one) => isSettled(one));
        });
        attached.close();
        await world.node.pool.host.loops.detach(attached.device.path);
        const status = async () => (await world.kubectl.get(kind, name))?.status?.['state'];
        const wasAsked = asked.some((one) => one !== undefined) || (await status()) === 'Failed';
        world.startReplica();
        if (wasAsked) {
          refusals += 1;
          await world.until(async () => (await status()) === 'Failed');
          await delay(500);
          expect(await findVolume(world.node.pool, volume), name).not.to.equal(undefined);
          expect(await status(), name).to.equal('Failed');
        } else await world.until(async () => (await status()) === 'Ready');
        await world.stopReplicas();
        for (const group of await world.catalog.groups.list({ isExact: true }))
          await world.catalog.groups.remove(group);
        if (!isDead) break;
      }
      expect(refusals).to.be.above(2);
    });
  }

  /** The resource is deleted, and gone, while a controller's write for it is still on its way. */
  async function deletedBeforeLate(): Promise<void> {
    const server = new LateServer(world.credentials(), '/snapshots');
    const late = world.workOver(server);
    const working = workOnTemplate('gold', late, call());
    await server.isWaiting;
    world.startReplica();
    await world.kubectl.delete('volumetemplates', 'gold');
    await untilGone();
    server.goOn();
    await working;
    await late.close();
  }

  it('are not there where the resource was deleted before a late controller had made it', async () => {
    await make(ofData);
    await deletedBeforeLate();
    await world.until(async () => (await world.catalog.snapshots.find(gold)) === undefined);
    expect(await findSnapshot(world.node.pool, gold)).to.equal(undefined);
  });

  it('are there again where a late controller has converted the volume of one that was deleted', async () => {
    await make({ ...ofData, convert: true });
    await deletedBeforeLate();
    await until('Ready');
    expect(await findSnapshot(world.node.pool, gold)).not.to.equal(undefined);
  });

  it('are made by one of two controllers that begin at once, and shown by both as one', async () => {
    world.startReplica();
    world.startReplica();
    const names = Array.from({ length: 8 }, (_, index) => `both-${index}`);
    await Promise.all(names.map((name) => make(ofData, name)));
    for (const name of names) {
      await until('Ready', name);
      const uuid = (await found(name))?.status?.['uuid'];
      expect((await world.catalog.snapshots.find(templateId(name)))?.spec.uuid).to.equal(uuid);
    }
  });
});
