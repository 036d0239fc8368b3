import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import * as z from 'zod';
import type { Place } from '../../src/catalog/kubernetes/api.ts';
import { claims } from '../../src/catalog/kubernetes/apis.ts';
import { ObjectClient } from '../../src/catalog/kubernetes/object-client.ts';
import * as objects from '../../src/populator/objects.ts';
import { populateClaim } from '../../src/populator/populate-claim.ts';
import { FINALIZER, SELECTED_NODE } from '../../src/populator/settings.ts';
import type { ApiServer } from '../../src/catalog/kubernetes/api-server.ts';
import { flakyServer, type FlakyServer } from '../import/flaky-server.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';
import { claimSchema, clusterWorld, OWN, podSchema, USERS, type ClusterWorld } from './cluster-world.ts';

const secretPath = (uid: string) => `/api/v1/namespaces/${OWN}/secrets/import-${uid}`;

/** Has read the claim that a pod fills just before that went. */
class LateClient extends ObjectClient {
  readonly #prime: objects.Claim;
  answered = 0;

  constructor(server: ApiServer, prime: objects.Claim) {
    super(server);
    this.#prime = prime;
  }

  override async find<T>(place: Place, schema: z.ZodType<T>): Promise<T | undefined> {
    if (place.name !== this.#prime.metadata.name || place.api !== claims) return super.find(place, schema);
    this.answered += 1;
    return schema.parse(this.#prime);
  }
}

describe('claims that name a VolumeImport', function () {
  this.timeout(120_000);
  let world: ClusterWorld;
  let directory: TemporaryDirectory;
  let server: FlakyServer;

  before(async () => {
    world = await clusterWorld();
  });

  beforeEach(async () => {
    directory = temporaryDirectory('tome-populator');
    server = await flakyServer(Buffer.from('weights'));
    world.told.length = 0;
  });

  afterEach(async () => {
    await server.close();
    await directory.cleanUp();
  });

  after(() => {
    world.admin.close();
  });

  it('get the volume of a pod that has filled it, and nothing else of it stays', async () => {
    const uid = await world.ask('model', { source: `${server.origin}/model.bin` });
    await world.populator.look();
    expect(world.told.map(({ reason }) => reason)).to.deep.equal(['ImportStarted']);
    const prime = await world.get(world.primePath(uid), claimSchema);
    expect(prime?.spec.dataSourceRef).to.equal(undefined);
    const pod = await world.get(world.podPath(uid), podSchema);
    expect(pod?.spec).to.deep.include({ automountServiceAccountToken: false });
    expect(pod?.spec.securityContext).to.include({ runAsNonRoot: true, runAsUser: 65_532 });
    expect(pod?.spec.containers[0].securityContext).to.include({ allowPrivilegeEscalation: false });

    await world.populator.look();
    expect((await world.statusOf('model'))?.[0]).to.include({ claim: 'model', state: 'Importing' });
    const volume = await world.provision(uid);
    await world.runPod(directory.path, uid);
    expect(await readFile(path.join(directory.path, `volume-${uid}`, 'model.bin'), 'utf8')).to.equal('weights');
    // Seen, noted, the pod removed, and only then handed over.
    for (let step = 0; step < 3; step += 1) {
      expect(await world.claimRefOf(volume)).to.include({ namespace: OWN });
      await world.populator.look();
    }
    expect(await world.get(world.podPath(uid), podSchema)).to.equal(undefined);
    expect(await world.claimRefOf(volume)).to.include({ namespace: USERS, name: 'model', uid });
    expect(world.told.map(({ reason }) => reason)).to.deep.equal(['ImportStarted', 'ImportFinished']);

    await world.patch(`${world.claimsOf(USERS)}/model`, { spec: { volumeName: volume } });
    await world.populator.look();
    await world.releasePrime(uid);
    await world.populator.look();
    expect(await world.get(world.primePath(uid), claimSchema)).to.equal(undefined);
    const claim = await world.get(`${world.claimsOf(USERS)}/model`, claimSchema);
    expect(claim?.metadata.finalizers ?? []).not.to.include('tome.storage/populate-target-protection');
    expect(await world.statusOf('model')).to.deep.equal([]);
  });

  it('wait for their first pod, where their class says so, and get the volume on its node', async () => {
    const uid = await world.ask('late', { source: `${server.origin}/model.bin` }, 'import-waitforfirstconsumer');
    await world.populator.look();
    expect((await world.statusOf('late'))?.[0]).to.include({ state: 'Waiting', message: 'waits for the first pod' });
    expect(await world.get(world.primePath(uid), claimSchema)).to.equal(undefined);
    await world.patch(`${world.claimsOf(USERS)}/late`, { metadata: { annotations: { [SELECTED_NODE]: 'node-7' } } });
    await world.populator.look();
    const prime = await world.get(world.primePath(uid), claimSchema);
    expect(prime?.metadata.annotations).to.include({ [SELECTED_NODE]: 'node-7' });
  });

  it('are not bound to what has failed, which is told, and tried again after a time', async () => {
    const uid = await world.ask('wrong', {
      source: `${server.origin}/model.bin`,
      checksum: `sha256:${'0'.repeat(64)}`,
    });
    await world.populator.look();
    const volume = await world.provision(uid);
    await world.runPod(directory.path, uid);
    const first = await world.get(world.podPath(uid), podSchema);
    await world.populator.look();
    const [status] = (await world.statusOf('wrong')) ?? [];
    expect(status).to.include({ state: 'Retrying' });
    expect(status?.['message']).to.contain('has the checksum sha256:');
    expect((await world.get(world.podPath(uid), podSchema))?.metadata.uid).to.equal(first?.metadata.uid);
    world.clock.now += 11_000;
    await world.populator.look();
    expect(world.told.at(-1)).to.include({ type: 'Warning', reason: 'ImportFailed' });
    await world.populator.look();
    expect((await world.get(world.podPath(uid), podSchema))?.metadata.uid).not.to.equal(first?.metadata.uid);
    expect(await world.claimRefOf(volume)).to.include({ namespace: OWN });

    // Given up: all that was made for it goes.
    await world.admin.request({ method: 'DELETE', path: `${world.claimsOf(USERS)}/wrong` });
    await world.populator.look();
    expect(await world.get(world.podPath(uid), podSchema)).to.equal(undefined);
    await world.releasePrime(uid);
    await world.patch(`${world.claimsOf(USERS)}/wrong`, {
      metadata: { finalizers: ['tome.storage/populate-target-protection'] },
    });
    await world.populator.look();
    expect(await world.get(`${world.claimsOf(USERS)}/wrong`, claimSchema)).to.equal(undefined);
  });

  it('have the account of a Secret, which is copied to the pod, and gone with it', async () => {
    server.password = 'Bearer top-secret';
    const uid = await world.ask('secret', {
      source: `${server.origin}/model.bin`,
      credentialsSecretRef: { name: 'account' },
    });
    await world.populator.look();
    expect((await world.statusOf('secret'))?.[0]).to.include({ state: 'Waiting' });
    await world.post(`/api/v1/namespaces/${USERS}/secrets`, {
      metadata: { name: 'account' },
      stringData: { token: 'top-secret' },
    });
    await world.populator.look();
    const pod = await world.get(world.podPath(uid), podSchema);
    expect(JSON.stringify(pod)).not.to.contain('top-secret');
    const copy = secretPath(uid);
    const secret = await world.get(copy, z.object({ data: z.record(z.string(), z.string()) }));
    expect(Buffer.from(secret?.data['token'] ?? '', 'base64').toString()).to.equal('top-secret');
    await world.runPod(directory.path, uid, { TOME_IMPORT_TOKEN: 'top-secret' });
    await world.populator.look();
    await world.patch(`${world.claimsOf(USERS)}/secret`, { spec: { volumeName: 'pv-secret' } });
    await world.populator.look();
    expect(await world.get(copy, z.unknown())).to.equal(undefined);
  });

  it('are not filled again by who has read them, or what was made for them, before they were done with', async () => {
    server.password = 'Bearer top-secret';
    const spec = { source: `${server.origin}/model.bin`, credentialsSecretRef: { name: 'account' } };
    const uid = await world.ask('stale', spec);
    await world.populator.look();
    const { client } = world.deps;
    const listed = await client.find({ api: claims, namespace: USERS, name: 'stale' }, objects.claimSchema);
    const prime = await client.find({ api: claims, namespace: OWN, name: `import-${uid}` }, objects.claimSchema);
    const importPath = `/apis/tome.storage/v1alpha1/namespaces/${USERS}/volumeimports/stale`;
    const source = await world.get(importPath, objects.volumeImportSchema);
    if (listed === undefined || prime === undefined) return expect.fail('nothing was begun');
    expect(listed.metadata.finalizers).to.include(FINALIZER);
    await world.patch(`${world.claimsOf(USERS)}/stale`, { spec: { volumeName: 'pv-stale' } });
    await world.populator.look();
    await world.releasePrime(uid);
    await world.populator.look();
    world.told.length = 0;

    const late = new LateClient(world.server, prime);
    for (const each of [client, late]) {
      expect(await populateClaim(listed, source, { ...world.deps, client: each })).to.equal(undefined);
      for (const place of [world.primePath(uid), world.podPath(uid), secretPath(uid)])
        expect(await world.get(place, z.unknown()), place).to.equal(undefined);
    }
    expect(late.answered).to.equal(1);
    expect(world.told).to.deep.equal([]);
  });

  it('have events without what is behind the question mark of an address', async () => {
    const uid = await world.ask('signed', { source: `git+${server.origin}/code?X-Signature='opens-it'#main` });
    await world.populator.look();
    await world.provision(uid);
    server.refusals.push(500);
    await world.runPod(directory.path, uid);
    world.clock.now += 11_000;
    await world.populator.look();
    expect(world.told.map(({ reason }) => reason)).to.deep.equal(['ImportStarted', 'ImportFailed']);
    for (const { message } of world.told) {
      expect(message).to.contain(`git+${server.origin}/code#main`);
      expect(message).not.to.contain('opens-it');
    }
    expect(world.told[1]?.message)
      .to.contain('unable to access')
      .and.to.match(/import of http[^?]*: git failed/);
  });

  it('say what is missing', async () => {
    await world.post(world.claimsOf(USERS), {
      metadata: { name: 'alone' },
      spec: {
        storageClassName: 'import-immediate',
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: '1Gi' } },
        dataSourceRef: { apiGroup: 'tome.storage', kind: 'VolumeImport', name: 'nothing' },
      },
    });
    await world.populator.look();
    expect(world.told.map(({ message }) => message)).to.include('there is no VolumeImport nothing in this namespace');
  });

  it('name addresses alone, and no account in them', async () => {
    for (const source of ['/etc/passwd', 'file:///etc', 'git+file:///etc', '-', 'https://me:word@example.org/x']) {
      const problem = await world
        .ask(`bad-${Math.random().toString(36).slice(2)}`, { source })
        .catch((error: unknown) => error);
      expect(String(problem), source).to.match(/Invalid/);
    }
  });

  it('do not hinder each other when two controllers work at once', async () => {
    const uid = await world.ask('two', { source: `${server.origin}/model.bin` });
    await Promise.all([world.populator.look(), world.populator.look(), world.populator.look()]);
    expect(await world.get(world.podPath(uid), podSchema)).not.to.equal(undefined);
    const volume = await world.provision(uid);
    await world.runPod(directory.path, uid);
    for (let step = 0; step < 4; step += 1) await Promise.all([world.populator.look(), world.populator.look()]);
    expect(await world.claimRefOf(volume)).to.include({ namespace: USERS, name: 'two', uid });
  });
});
