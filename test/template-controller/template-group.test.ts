import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { modify } from '../../src/catalog/modify.ts';
import { templateId, volumeId } from '../../src/domain/ids.ts';
import { findSnapshot, findVolume } from '../../src/pool/find.ts';
import { DyingServer } from './dying-server.ts';
import { groupWorld, type GroupWorld } from './group-world.ts';

const NAMES = ['data', 'index', 'log'];
const TEMPLATES = NAMES.map((name) => `shop-${name}`);
const attachment = { nodeName: 'node', readOnly: false, accessMode: 'SINGLE_NODE_WRITER' } as const;

describe('VolumeTemplateGroups', function () {
  this.timeout(60_000);
  let world: GroupWorld;
  beforeEach(async () => {
    world = await groupWorld();
    for (const name of NAMES) await world.claim(name);
    world.startReplica();
    world.startReplica();
  });
  afterEach(() => world.close());

  const ofPod = (more: object = {}) => ({ source: { pod: { namespace: world.namespace, name: 'app' } }, ...more });
  const ofLabels = (more: object = {}) => {
    const claims = { namespace: world.namespace, selector: { matchLabels: { app: 'shop' } } };
    return { source: { claims }, ...more };
  };
  const isReady = ({ state }: { readonly state: string }) => state === 'Ready';
  const isFailed = ({ state }: { readonly state: string }) => state === 'Failed';
  const snapshot = async (name: string) => {
    const found = await world.catalog.snapshots.find(templateId(name));
    if (found === undefined) throw new Error(`there is no template ${name}`);
    return found;
  };
  const untilShown = (names: readonly string[]) =>
    world.until(async () => {
      const states = (await world.kubectl.table('volumetemplates')).map(({ State }) => State);
      return states.length === names.length && states.every((state) => state === 'Ready');
    });

  it('make templates of all claims of a pod at one moment, and a VolumeTemplate of each', async () => {
    await world.pod('app', NAMES);
    await world.group('shop', ofPod({ deleteLock: true, tags: { team: 'blue' } }));
    const ready = await world.untilStatus('shop', isReady);
    expect(ready.members.map(({ claim, volume, template }) => [claim, volume, template])).to.deep.equal(
      NAMES.map((name) => [name, volumeId(name), `shop-${name}`]),
    );
    expect(ready).to.deep.include({ memberCount: 3, leftOut: [], message: '' });
    expect(await world.made()).to.deep.equal({ shown: TEMPLATES, templates: TEMPLATES });
    await untilShown(TEMPLATES);
    for (const [index, name] of TEMPLATES.entries()) {
      const { spec, status } = await snapshot(name);
      expect(spec).to.deep.include({ template: name, deleteLock: true, tags: { team: 'blue' } });
      expect(spec.uuid).to.equal(ready.members[index]?.uuid);
      expect(status.creationTime).to.equal(ready.creationTime);
      expect(await findSnapshot(world.node.pool, templateId(name))).to.include({ uuid: spec.uuid });
    }
    expect(await world.catalog.groups.list({ isExact: true })).to.deep.equal([]);
  });

  it('leave the templates when they are deleted, which are deleted one by one', async () => {
    await world.group('shop', ofLabels());
    await world.untilStatus('shop', isReady);
    await untilShown(TEMPLATES);
    await world.kubectl.delete('volumetemplategroups', 'shop');
    await world.until(async () => (await world.kubectl.get('volumetemplategroups', 'shop')) === undefined);
    expect(await world.made()).to.deep.equal({ shown: TEMPLATES, templates: TEMPLATES });
    // Of that name there are templates of another day.
    await world.group('shop', ofLabels());
    expect((await world.untilStatus('shop', isFailed)).message).to.contain('there is a template "shop-data" already');
    for (const name of TEMPLATES) await world.kubectl.delete('volumetemplates', name);
    // And then there are none, and what has failed is tried again.
    const ready = await world.untilStatus('shop', isReady);
    for (const [index, name] of TEMPLATES.entries()) {
      expect((await snapshot(name)).spec.uuid).to.equal(ready.members[index]?.uuid);
    }
  });

  it('count claims that were made for a pod, and leave out those of other drivers', async () => {
    const uid = await world.pod('app', ['data', 'foreign'], ['own']);
    await world.claim('app-own', { ownerUid: uid });
    await world.claim('foreign', { driver: 'other.example.com' });
    await world.group('shop', ofPod({ names: '{claim}.of-{group}' }));
    const ready = await world.untilStatus('shop', isReady);
    expect(ready.leftOut).to.deep.equal(['foreign']);
    expect(ready.members.map(({ template }) => template)).to.deep.equal(['app-own.of-shop', 'data.of-shop']);
  });

  it('take no claim for a pod that is not its own, and none that only says that it has a volume', async () => {
    await world.pod('app', [], ['own']);
    await world.claim('app-own');
    await world.group('shop', ofPod());
    expect((await world.untilStatus('shop', isFailed)).message).to.contain('was not made for pod');
    await world.post(`/api/v1/namespaces/${world.namespace}/persistentvolumeclaims`, {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'thief', labels: { of: 'thief' } },
      spec: {
        ...{ accessModes: ['ReadWriteOnce'], storageClassName: '', resources: { requests: { storage: '16Mi' } } },
        volumeName: `${world.namespace}-data`,
      },
    });
    const selector = { matchExpressions: [{ key: 'of', operator: 'In', values: ['thief'] }] };
    await world.group('theft', { source: { claims: { namespace: world.namespace, selector } } });
    const waiting = await world.untilStatus('theft', ({ message }) => message !== '');
    expect(waiting).to.deep.include({ state: 'Pending', members: [] });
    expect(waiting.message).to.contain('thief is not bound yet');
  });

  it('convert all volumes, which are none any more', async () => {
    await world.group('shop', ofLabels({ convert: true }));
    await world.untilStatus('shop', isReady);
    await untilShown(TEMPLATES);
    for (const name of NAMES) {
      expect(await world.catalog.volumes.find(volumeId(name))).to.equal(undefined);
      expect(await findVolume(world.node.pool, volumeId(name))).to.equal(undefined);
      expect((await snapshot(`shop-${name}`)).spec.convertedUuid).not.to.equal(undefined);
    }
  });

  it('convert none when one is in use, say who has it, and do not come back to it', async () => {
    await modify(world.catalog.volumes, volumeId('index'), ({ spec }) => ({ ...spec, attachments: [attachment] }));
    await world.group('shop', ofLabels({ convert: true }));
    expect((await world.untilStatus('shop', isFailed)).message).to.contain('is attached to node node');
    await modify(world.catalog.volumes, volumeId('index'), ({ spec }) => ({ ...spec, attachments: [] }));
    await delay(1_500);
    expect(await world.made()).to.deep.equal({ shown: [], templates: [] });
    for (const name of NAMES) expect(await findVolume(world.node.pool, volumeId(name))).not.to.equal(undefined);
    await world.kubectl.delete('volumetemplategroups', 'shop');
    await world.until(async () => (await world.kubectl.get('volumetemplategroups', 'shop')) === undefined);
    await world.group('shop', ofLabels({ convert: true }));
    await world.untilStatus('shop', isReady);
  });

  it('make none of what is gone since it was decided on, nor of what came in its place', async () => {
    await world.stopReplicas();
    const { groups, close } = world.workOver(new DyingServer(world.credentials()));
    await world.group('shop', ofLabels());
    const seen = await groups.find('shop');
    if (seen === undefined) throw new Error('there is no group');
    const members = NAMES.map((claim) => ({
      ...{ claim, volume: volumeId(claim), template: `shop-${claim}` },
      uuid: '11111111-2222-4333-8444-555555555555',
    }));
    await groups.updateStatus(seen, { ...seen.status, members });
    await close();
    await world.controller.deleteVolume({ volumeId: volumeId('log') });
    await world.remove(`/api/v1/namespaces/${world.namespace}/persistentvolumeclaims/log`);
    world.startReplica();
    expect((await world.untilStatus('shop', isFailed)).message).to.contain(`there is no volume ${volumeId('log')}`);
    expect(await world.made()).to.deep.equal({ shown: [], templates: [] });
    expect((await world.status('shop')).members).to.have.length(3);
  });

  it('make nothing when they are deleted while nobody can make it', async () => {
    await world.node.stop();
    await world.group('shop', ofLabels());
    await world.until(async () => (await world.catalog.groups.list({ isExact: true })).length === 1);
    await world.kubectl.delete('volumetemplategroups', 'shop');
    await world.until(async () => (await world.catalog.groups.list({ isExact: true }))[0]?.spec.desired === 'Absent');
    await world.restartNode();
    await world.until(async () => (await world.kubectl.get('volumetemplategroups', 'shop')) === undefined);
    expect(await world.made()).to.deep.equal({ shown: [], templates: [] });
    expect(await world.catalog.groups.list({ isExact: true })).to.deep.equal([]);
  });

  it('name one source, and templates by their claims', async () => {
    const claims = { namespace: world.namespace, selector: {} };
    const both = world.group('shop', { source: { pod: { namespace: 'default', name: 'app' }, claims } });
    const refusals = await Promise.allSettled([both, world.group('shop', ofLabels({ names: 'all-the-same' }))]);
    const [first, second] = refusals.map((refusal) => String('reason' in refusal ? refusal.reason : ''));
    expect(first).to.contain('spec.source names one thing');
    expect(second).to.contain('spec.names');
  });
});
