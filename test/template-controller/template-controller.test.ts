import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import type { Catalog } from '../../src/catalog/catalog.ts';
import { ApiServer } from '../../src/catalog/kubernetes/api-server.ts';
import { modify } from '../../src/catalog/modify.ts';
import { Quotas } from '../../src/csi/controller/quota/quotas.ts';
import { templateId, volumeId } from '../../src/domain/ids.ts';
import { filesystems } from '../../src/filesystem/registry.ts';
import { linuxHost } from '../../src/host/linux-host.ts';
import { TemplateController } from '../../src/template-controller/template-controller.ts';
import {
  poolSpec,
  poolStatus,
  readyStatus,
  snapshotSpec,
  snapshotStatus,
  volumeSpec,
  GiB,
} from '../catalog/fixtures.ts';
import { describeInWorld } from '../catalog/kubernetes/world.ts';
import { silent } from '../catalog/kubernetes/silent.ts';
import { FakeAgent } from '../support/fake-agent.ts';
import { boundClaim } from './bound-claim.ts';

const source = volumeId('source');
const clone = volumeId('clone');

describeInWorld('VolumeTemplates', (world) => {
  let catalog: Catalog;
  let agent: FakeAgent;
  let admin: ApiServer;
  const closers: (() => Promise<unknown>)[] = [];

  beforeEach(async () => {
    admin = new ApiServer(world().server.credentials('admin'), 10_000);
    catalog = world().open();
    agent = new FakeAgent(catalog);
    await catalog.pools.create('node-a.default', poolSpec, poolStatus);
    await catalog.volumes.create(source, volumeSpec({ name: 'source' }), readyStatus);
    // Two replicas, with no more rights than the controller has.
    startReplica();
    startReplica();
  });
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
    agent.stop();
    admin.close();
  });

  function startReplica(): void {
    const own = world().open({ user: 'controller' });
    const { rulebook: filesystemRules } = filesystems(linuxHost(), []);
    const quotas = new Quotas({ catalog: own, filesystemRules, now: Date.now });
    const api = new ApiServer(world().server.credentials('controller'), 10_000);
    const creating = { catalog: own, quotas, now: Date.now };
    const driverName = 'csi.tome.storage';
    const controller = new TemplateController({ server: api, creating, driverName, log: silent, intervalMs: 200 });
    controller.start();
    closers.push(async () => {
      await controller.stop();
      api.close();
    });
  }

  const create = (spec: object) => world().kubectl.create('volumetemplates', { metadata: { name: 'gold' }, spec });
  const status = async (): Promise<Readonly<Record<string, unknown>>> =>
    (await world().kubectl.get('volumetemplates', 'gold'))?.status ?? {};
  const isThere = async () => (await world().kubectl.get('volumetemplates', 'gold')) !== undefined;
  const untilStatus = async (isSo: (status: Readonly<Record<string, unknown>>) => boolean) => {
    for (let tries = 0; tries < 60; tries += 1) {
      const now = await status();
      if (isSo(now)) return now;
      await delay(100);
    }
    throw new Error(`still ${JSON.stringify(await status())}`);
  };
  const remove = async (): Promise<void> => {
    await world().kubectl.delete('volumetemplates', 'gold');
    for (let tries = 0; tries < 100 && (await isThere()); tries += 1) await delay(100);
    expect(await isThere()).to.equal(false);
  };
  const gold = () => catalog.snapshots.find(templateId('gold'));

  it('become templates, with their lock and tags, which may change', async () => {
    await create({ source: { volume: source }, deleteLock: true, tags: { team: 'blue' } });
    const ready = await untilStatus(({ state }) => state === 'Ready');
    expect(ready).to.deep.include({ node: 'node-a', size: GiB, sizeText: '1Gi', clones: 0, message: '' });
    expect((await gold())?.spec).to.deep.include({ template: 'gold', deleteLock: true, tags: { team: 'blue' } });
    const body = { spec: { deleteLock: false, tags: { team: null, use: 'test' } } };
    const path = '/apis/tome.storage/v1alpha1/volumetemplates/gold';
    await admin.request({ method: 'PATCH', path, body, contentType: 'application/merge-patch+json' });
    for (let tries = 0; tries < 100 && (await gold())?.spec.deleteLock === true; tries += 1) await delay(100);
    expect((await gold())?.spec.tags).to.deep.equal({ use: 'test' });
  });

  it('wait to be deleted as long as there is a clone, say so, and then go', async () => {
    await create({ source: { volume: source } });
    await untilStatus(({ state }) => state === 'Ready');
    const from = { kind: 'template', id: templateId('gold') } as const;
    await catalog.volumes.create(clone, volumeSpec({ name: 'clone', source: from }), readyStatus);
    await untilStatus(({ clones }) => clones === 1);
    await world().kubectl.delete('volumetemplates', 'gold');
    const refused = await untilStatus(({ state }) => state === 'Deleting');
    expect(refused['message']).to.match(/"gold" has 1 clone, .*: volume clone$/);
    expect(await gold()).not.to.equal(undefined);
    const volume = await catalog.volumes.find(clone);
    if (volume !== undefined) await catalog.volumes.remove(volume);
    for (let tries = 0; tries < 100 && (await gold()) !== undefined; tries += 1) await delay(100);
    expect(await gold()).to.equal(undefined);
    for (let tries = 0; tries < 100 && (await isThere()); tries += 1) await delay(100);
    expect(await world().kubectl.get('volumetemplates', 'gold')).to.equal(undefined);
  });

  it('are Failed with the reason where there is nothing to make them of, until there is', async () => {
    await create({ source: { persistentVolumeClaim: { namespace: 'default', name: 'data' } } });
    const failed = await untilStatus(({ state }) => state === 'Failed');
    expect(failed['message']).to.contain('there is no claim default/data');
    const claim = { namespace: 'default', name: 'data' };
    const pv = await boundClaim(admin, { ...claim, driver: 'csi.tome.storage', volumeHandle: source });
    try {
      await untilStatus(({ state }) => state === 'Ready');
      expect((await gold())?.spec.sourceVolumeId).to.equal(source);
    } finally {
      await admin.request({ method: 'DELETE', path: '/api/v1/namespaces/default/persistentvolumeclaims/data' });
      await admin.request({ method: 'DELETE', path: `/api/v1/persistentvolumes/${pv}` });
    }
  });

  it('convert no volume that is in use, and none later by surprise', async () => {
    const attachment = { nodeName: 'node-a', readOnly: false, accessMode: 'SINGLE_NODE_WRITER' } as const;
    await modify(catalog.volumes, source, ({ spec }) => ({ ...spec, attachments: [attachment] }));
    await create({ source: { volume: source }, convert: true });
    const failed = await untilStatus(({ state }) => state === 'Failed');
    expect(failed['message']).to.contain('is attached to node node-a');
    await modify(catalog.volumes, source, ({ spec }) => ({ ...spec, attachments: [] }));
    await delay(1_000);
    expect(await gold()).to.equal(undefined);
    await remove();
    await create({ source: { volume: source }, convert: true });
    await untilStatus(({ state }) => state === 'Ready');
    expect((await gold())?.spec.convertedUuid).to.equal((await catalog.volumes.find(source))?.spec.uuid);
  });

  it('take over no template of something else, and leave it as it is when they go', async () => {
    const spec = { ...snapshotSpec({ name: 'gold', sourceVolumeId: clone }), template: 'gold', deleteLock: true };
    const made = await catalog.snapshots.create(templateId('gold'), spec, snapshotStatus);
    await create({ source: { volume: source } });
    const failed = await untilStatus(({ state }) => state === 'Failed');
    expect(failed['message']).to.contain('template "gold" exists');
    await remove();
    expect((await gold())?.spec).to.deep.equal(made.spec);
  });

  it('are never cut anew: one that was ready and is gone is told of, and is Ready when it is there again', async () => {
    await create({ source: { volume: source } });
    await untilStatus(({ state }) => state === 'Ready');
    const lost = await gold();
    if (lost === undefined) throw new Error('there is no template');
    await catalog.snapshots.remove(lost);
    const failed = await untilStatus(({ state }) => state === 'Failed');
    expect(failed['message']).to.contain('is gone');
    expect(await gold()).to.equal(undefined);
    await catalog.snapshots.create(lost.id, lost.spec, lost.status);
    await untilStatus(({ state }) => state === 'Ready');
  });

  it('name one source', async () => {
    const refusal: unknown = await create({ source: { volume: source, snapshot: 'x' } }).catch(
      (error: unknown) => error,
    );
    expect(refusal).to.have.property('message').that.contains('spec.source names one thing');
  });
});
