import { expect } from 'chai';
import { claims } from '../../src/catalog/kubernetes/apis.ts';
import { ObjectClient } from '../../src/catalog/kubernetes/object-client.ts';
import { templateId } from '../../src/domain/ids.ts';
import { uncountedQuota } from '../../src/domain/quota.ts';
import { cloneTemplate } from '../../src/populator/clone-template.ts';
import { claimSchema } from '../../src/populator/objects.ts';
import type { Populator } from '../../src/populator/populator.ts';
import { FINALIZER, SELECTED_NODE } from '../../src/populator/settings.ts';
import { DyingServer } from '../template-controller/dying-server.ts';
import { refusalOf } from '../support/refusal.ts';
import { until } from '../support/until.ts';
import { cloneWorld, OWN, USERS, type CloneWorld } from './clone-world.ts';

describe('claims that name a VolumeTemplate', function () {
  this.timeout(120_000);
  let world: CloneWorld;
  let replicas: Populator[];

  before(async () => {
    world = await cloneWorld();
    await world.makeGold();
  });
  beforeEach(() => {
    world.told.length = 0;
    replicas = [];
  });
  afterEach(() => Promise.all(replicas.map((one) => one.stop())));
  after(() => world.close());

  function start(options: { watchSeconds?: number; client?: ObjectClient } = {}): Populator {
    const one = world.populator(options);
    replicas.push(one);
    one.start();
    return one;
  }

  const untilPrime = (uid: string) => until(async () => (await world.claim(world.primePath(uid))) !== undefined);
  const untilOwner = (volume: string, uid: string) => until(async () => (await world.ownerOf(volume)).uid === uid);

  /** What the binding controller does, and what is to come of it. */
  async function bind(name: string, uid: string, volume: string): Promise<void> {
    await world.patch(world.usersPath(name), { spec: { volumeName: volume } });
    await until(async () => {
      await world.releasePrime(uid);
      const isThere = (await world.claim(world.primePath(uid))) !== undefined;
      const isKept = (await world.claim(world.usersPath(name)))?.metadata.finalizers.includes(FINALIZER) ?? false;
      return !isThere && !isKept;
    });
  }

  it('get a clone of it, by two controllers at once and with their rights alone, and nothing else stays', async () => {
    start();
    start();
    const uid = await world.ask('data');
    await untilPrime(uid);
    const prime = await world.claim(world.primePath(uid));
    expect(prime?.spec['dataSourceRef']).to.equal(undefined);
    const volume = await world.provision(uid);
    await untilOwner(volume, uid);
    expect(await world.ownerOf(volume)).to.include({ namespace: USERS, name: 'data' });
    const [made] = (await world.test.catalog.volumes.list()).filter(({ spec }) => spec.claim === `${USERS}/data`);
    expect(made?.spec.source).to.deep.equal({ kind: 'template', id: templateId('gold') });
    await bind('data', uid, volume);
    expect(new Set(world.told.map(({ reason }) => reason))).to.deep.equal(new Set(['Cloned']));
    expect(world.told[0]?.about).to.include({ claim: `${USERS}/data`, claimUid: uid });
  });

  it('wait for their first pod where their class says so, and for another node where one has no room', async () => {
    start();
    const uid = await world.ask('late', 'clone-late');
    const choose = (node: string) =>
      world.patch(world.usersPath('late'), { metadata: { annotations: { [SELECTED_NODE]: node } } });
    const chosen = async (path: string) => (await world.claim(path))?.metadata.annotations[SELECTED_NODE];
    // Another one, asked for later, has its turn: this one was looked at.
    await untilPrime(await world.ask('not-late'));
    expect(await world.claim(world.primePath(uid))).to.equal(undefined);
    expect(world.told).to.deep.equal([]);
    await choose('node-7');
    await untilPrime(uid);
    expect(await chosen(world.primePath(uid))).to.equal('node-7');
    await world.patch(world.primePath(uid), { metadata: { annotations: { [SELECTED_NODE]: null } } });
    await until(async () => (await chosen(world.usersPath('late'))) === undefined);
    await until(async () => {
      await world.releasePrime(uid);
      return (await world.claim(world.primePath(uid))) === undefined;
    });
    await choose('node-8');
    await until(async () => (await chosen(world.primePath(uid))) === 'node-8');
  });

  it('are told what they wait for, once, and go on when it is there', async () => {
    start();
    await world.ask('foreign', 'clone-foreign');
    await until(() => world.told.length > 0);
    expect(world.told[0]).to.include({ type: 'Warning', reason: 'CloneWaits' });
    expect(world.told[0]?.message).to.contain('StorageClass clone-foreign is of x.example, which has no templates');
    const dataSourceRef = { apiGroup: 'tome.storage', kind: 'VolumeTemplate', name: 'silver' };
    await world.ask('early', 'clone-now', { dataSourceRef });
    await until(() => world.told.length > 1);
    expect(world.told[1]?.message).to.equal('there is no template "silver"');
    await world.populator().look();
    expect(world.told).to.have.length(2);
    for (const name of ['foreign', 'early'])
      await world.admin.request({ method: 'DELETE', path: world.usersPath(name) });
  });

  it('get no volume that was there before, though the cluster has taken it for the clone', async () => {
    start();
    const uid = await world.ask('other');
    const name = `old-${uid}`;
    await untilPrime(uid);
    const prime = await world.claim(world.primePath(uid));
    const csi = { driver: 'csi.tome.storage', volumeHandle: `vol-${'1'.repeat(32)}` };
    const claimRef = { namespace: OWN, name: `clone-${uid}`, uid: prime?.metadata.uid };
    const spec = { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], csi, claimRef };
    const body = { metadata: { name, annotations: { 'pv.kubernetes.io/bound-by-controller': 'yes' } }, spec };
    await world.admin.request({ method: 'POST', path: '/api/v1/persistentvolumes', body });
    await world.patch(world.primePath(uid), { spec: { volumeName: name } });
    await until(() => world.told[0]?.message.includes(`PersistentVolume ${name}, which was there before`) === true);
    expect((await world.ownerOf(name)).uid).to.equal(prime?.metadata.uid);
    await world.admin.request({ method: 'DELETE', path: world.usersPath('other') });
  });

  it('are told why no clone can be made, under their own name and uid', async () => {
    start();
    const uid = await world.ask('small', 'clone-now', { resources: { requests: { storage: '1Mi' } } });
    await untilPrime(uid);
    const refusal = await refusalOf(world.createVolume(uid, { capacityRange: { requiredBytes: 2 ** 20 } }));
    expect(refusal).to.include({ code: 'OUT_OF_RANGE' });
    expect(refusal.message).to.contain('1Mi is less than the source has: require at least 1Gi');
    expect(world.told).to.have.length(1);
    expect(world.told[0]).to.deep.include({ type: 'Warning', reason: 'ProvisioningFailed', message: refusal.message });
    expect(world.told[0]?.about).to.include({ claim: `${USERS}/small`, claimUid: uid });
    const note = 'csi.storage.k8s.io/pvc/';
    const own = { [`${note}namespace`]: OWN, [`${note}name`]: `clone-${uid}` };
    const other = await refusalOf(world.createVolume(uid, { parameters: { ...own, template: 'silver' } }));
    expect(other.message).to.contain('makes clones of template "silver", the claim asks for one of "gold"');
    const managed = { ...own, type: 'managed', hostPath: '/srv/data' };
    expect((await refusalOf(world.createVolume(uid, { parameters: managed }))).code).to.equal('INVALID_ARGUMENT');
    // What goes by such a name elsewhere is a person's own.
    const theirs = { [`${note}namespace`]: USERS, [`${note}name`]: `clone-${uid}` };
    const { volume } = await world.createVolume(uid, { name: 'theirs', parameters: theirs });
    expect((await world.test.catalog.volumes.find(volume?.volumeId ?? ''))?.spec.source).to.equal(undefined);
  });

  it('count for the quota of their own namespace, as those do that are filled', async () => {
    const { quotas, volumes } = world.test.catalog;
    const before = (await volumes.list()).filter(({ spec }) => spec.claim?.startsWith(`${USERS}/`)).length;
    const limits = { volumes: before + 1 };
    const quota = await quotas.create('few', { namespace: USERS, limits }, uncountedQuota);
    try {
      const filled = await world.madeFor('import-11111111-1111-4111-8111-111111111111', `${USERS}/model`);
      const made = await world.createVolume('', { name: 'filled', parameters: filled });
      const { spec } = (await volumes.find(made.volume?.volumeId ?? '')) ?? {};
      expect(spec).to.include({ claim: `${USERS}/model`, source: undefined });
      const cloned = await world.madeFor('clone-22222222-2222-4222-8222-222222222222', `${USERS}/other`, 'gold');
      const refusal = await refusalOf(world.createVolume('', { name: 'cloned', parameters: cloned }));
      expect(refusal).to.include({ code: 'RESOURCE_EXHAUSTED' });
      expect(refusal.message).to.contain(`limits volumes to ${before + 1}`);
      expect(world.told.at(-1)).to.include({ message: refusal.message });
    } finally {
      const now = await quotas.find(quota.id);
      if (now !== undefined) await quotas.remove(now);
    }
  });

  it('leave no empty volume when what was made for them is gone, and get the same one while it is there', async () => {
    const uid = '00000000-0000-4000-8000-000000000000';
    const refusal = await refusalOf(world.createVolume(uid));
    expect(refusal).to.include({ code: 'FAILED_PRECONDITION' });
    expect(refusal.message).to.contain('is gone, and nothing is made for it');

    const again = await world.ask('gone');
    start();
    await untilPrime(again);
    const prime = await world.claim(world.primePath(again));
    const name = `pvc-${prime?.metadata.uid ?? ''}`;
    const { volume } = await world.createVolume(again);
    await world.admin.request({ method: 'DELETE', path: world.usersPath('gone') });
    await until(async () => {
      await world.releasePrime(again);
      return (await world.claim(world.primePath(again))) === undefined;
    });
    expect((await world.createVolume(again, { name })).volume?.volumeId).to.equal(volume?.volumeId);
  });

  it('are not made anything for by who has read them before they were done with', async () => {
    start();
    const uid = await world.ask('stale');
    await untilPrime(uid);
    const place = { api: claims, namespace: USERS, name: 'stale' };
    const listed = await world.clones.client.find(place, claimSchema);
    const volume = await world.provision(uid);
    await untilOwner(volume, uid);
    await bind('stale', uid, volume);
    if (listed === undefined) return expect.fail('there is no claim');
    expect(listed.spec.volumeName).to.equal(undefined);
    expect(await cloneTemplate(listed, world.clones)).to.deep.equal({ kind: 'done' });
    expect(await world.claim(world.primePath(uid))).to.equal(undefined);
  });

  it('are seen to also after the API server was away, and when watches end', async () => {
    start({ watchSeconds: 2 });
    await untilPrime(await world.ask('before'));
    await world.api.kill();
    await world.api.start();
    const uid = await world.ask('after');
    await untilPrime(uid);
    await world.admin.request({ method: 'DELETE', path: world.usersPath('after') });
    await until(async () => (await world.claim(world.primePath(uid)))?.metadata.deletionTimestamp !== undefined);
  });

  it('end the same wherever a controller dies, before or after each of its writes', async () => {
    for (let point = 0, isReached = true; isReached; point += 1) {
      const name = `crash-${point}`;
      const dying = new DyingServer(world.api.credentials('populator'), point);
      const uid = await world.ask(name);
      const volume = await lifeOf(name, uid, dying);
      expect(await world.ownerOf(volume), name).to.include({ namespace: USERS, name, uid });
      const made = (await world.test.catalog.volumes.list()).filter(({ spec }) => spec.claim === `${USERS}/${name}`);
      expect(made, name).to.have.length(1);
      isReached = dying.isDead();
      dying.close();
      // The finalizer, the claim, the hand-over, its end, which is asked for twice, and the finalizer again.
      if (!isReached) expect(point).to.equal(12);
    }
  });

  /** Step by step, by a controller that dies and then by the next one; all that others do comes as soon as it can. */
  async function lifeOf(name: string, uid: string, dying: DyingServer): Promise<string> {
    const place = { api: claims, namespace: USERS, name };
    let volume = '';
    for (let step = 0; step < 30; step += 1) {
      const claim = await world.clones.client.find(place, claimSchema);
      if (claim === undefined) return expect.fail('the claim is gone');
      const client = dying.isDead() ? world.clones.client : new ObjectClient(dying);
      const end = dying.isDead() ? [] : [dying.died];
      await Promise.race([cloneTemplate(claim, { ...world.clones, client }), ...end]);
      const prime = await world.claim(world.primePath(uid));
      const isBound = claim.spec.volumeName !== undefined;
      if (prime !== undefined && volume === '') volume = await world.provision(uid);
      else if (volume !== '' && !isBound && (await world.ownerOf(volume)).uid === uid)
        await world.patch(world.usersPath(name), { spec: { volumeName: volume } });
      else await world.releasePrime(uid);
      if (isBound && prime === undefined && !claim.metadata.finalizers.includes(FINALIZER)) return volume;
    }
    return expect.fail(`${name} has come to no end`);
  }
});
