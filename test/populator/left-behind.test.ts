import { expect } from 'chai';
import { pino } from 'pino';
import * as z from 'zod';
import { ConflictError } from '../../src/catalog/catalog.ts';
import type { Place } from '../../src/catalog/kubernetes/api.ts';
import { claims, pods } from '../../src/catalog/kubernetes/apis.ts';
import { ObjectClient } from '../../src/catalog/kubernetes/object-client.ts';
import { claimSchema as readClaim, volumeImportSchema, type Claim } from '../../src/populator/objects.ts';
import { populateClaim } from '../../src/populator/populate-claim.ts';
import { Populator } from '../../src/populator/populator.ts';
import { FILLED } from '../../src/populator/settings.ts';
import { flakyServer, type FlakyServer } from '../import/flaky-server.ts';
import { failureOf } from '../support/failure.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';
import { claimSchema, clusterWorld, OWN, podSchema, USERS, type ClusterWorld } from './cluster-world.ts';

describe('what is made for claims that name a VolumeImport', function () {
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

  const source = () => `${server.origin}/model.bin`;
  const usersPath = (name: string) => `${world.claimsOf(USERS)}/${name}`;
  const secretPath = (uid: string) => `/api/v1/namespaces/${OWN}/secrets/import-${uid}`;
  const isThere = async (place: string) => (await world.get(place, z.unknown())) !== undefined;
  const looks = async (times: number) => {
    for (let look = 0; look < times; look += 1) await world.populator.look();
  };

  /** Somebody deletes it by hand, as the cluster lets them once the pod has ended. */
  async function deletePrime(uid: string): Promise<void> {
    await world.admin.request({ method: 'DELETE', path: world.primePath(uid) });
    await world.releasePrime(uid);
  }

  async function read(name: string) {
    const claim = await world.deps.client.find({ api: claims, namespace: USERS, name }, readClaim);
    const place = `/apis/tome.storage/v1alpha1/namespaces/${USERS}/volumeimports/${name}`;
    const found = await world.get(place, volumeImportSchema);
    if (claim === undefined || found === undefined) return expect.fail('nothing was asked for');
    return { claim, found };
  }

  it('is not handed over empty for a pod that has filled a volume which somebody has deleted', async () => {
    const uid = await world.ask('replaced', { source: source() });
    await looks(1);
    const first = await world.provision(uid);
    await world.runPod(directory.path, uid);
    await deletePrime(uid);
    await looks(1);
    const empty = await world.provision(uid);
    expect(empty).not.to.equal(first);
    await looks(4);
    expect(await world.claimRefOf(empty)).to.include({ namespace: OWN });
    await world.runPod(directory.path, uid);
    await looks(4);
    expect(await world.claimRefOf(empty)).to.include({ namespace: USERS, name: 'replaced', uid });
  });

  it('is not noted as filled by a replica that has read what is gone by now', async () => {
    const uid = await world.ask('noted', { source: source() });
    await looks(1);
    await world.provision(uid);
    await world.runPod(directory.path, uid);
    const { claim, found } = await read('noted');
    const { client } = world.deps;
    const prime = await client.find({ api: claims, namespace: OWN, name: `import-${uid}` }, readClaim);
    const late = new (class extends ObjectClient {
      override async find<T>(place: Place, schema: z.ZodType<T>): Promise<T | undefined> {
        const isPrime = place.api === claims && place.namespace === OWN;
        const answer = isPrime ? schema.parse(prime) : await super.find(place, schema);
        if (place.api !== pods) return answer;
        // The pod is still there, and the claim is made anew.
        await deletePrime(uid);
        await world.populator.look();
        return answer;
      }
    })(world.server);
    expect(await failureOf(populateClaim(claim, found, { ...world.deps, client: late }))).to.be.instanceOf(
      ConflictError,
    );
    const now = await world.get(world.primePath(uid), claimSchema);
    expect(now?.metadata.uid).not.to.equal(prime?.metadata.uid);
    expect(now?.metadata.annotations).not.to.have.property(FILLED);
  });

  it('has no account in the arguments of its pod, whatever the address says, and of a Secret the account alone', async () => {
    const address = `${server.origin}/$(TOME_IMPORT_TOKEN)/$$(HOME)/$(x)/model.bin`;
    const credentialsSecretRef = { name: 'all' };
    await world.post(`/api/v1/namespaces/${USERS}/secrets`, {
      metadata: { name: 'all' },
      stringData: { token: 'top-secret', 'tls.key': 'of something else' },
    });
    const uid = await world.ask('shown', { source: address, credentialsSecretRef });
    await looks(1);
    expect(await world.argumentsOf(uid, { TOME_IMPORT_TOKEN: 'top-secret', HOME: '/tmp' })).to.include(address);
    const copy = await world.get(secretPath(uid), z.object({ data: z.record(z.string(), z.string()) }));
    expect(Object.keys(copy?.data ?? {})).to.deep.equal(['token']);
  });

  it('goes when its claim has gone without waiting for it', async () => {
    server.password = 'Bearer top-secret';
    const uid = await world.ask('stripped', { source: source(), credentialsSecretRef: { name: 'all' } });
    await looks(1);
    for (const place of [world.primePath(uid), world.podPath(uid), secretPath(uid)])
      expect(await isThere(place)).to.equal(true);
    await world.patch(usersPath('stripped'), { metadata: { finalizers: [] } });
    await world.admin.request({ method: 'DELETE', path: usersPath('stripped') });
    await looks(1);
    await world.releasePrime(uid);
    for (const place of [world.primePath(uid), world.podPath(uid), secretPath(uid)])
      expect(await isThere(place)).to.equal(false);
  });

  it('is nothing where the claim is deleted before it is protected', async () => {
    const uid = await world.ask('short', { source: source() });
    const { claim, found } = await read('short');
    const late = new (class extends ObjectClient {
      override async merge(place: Place, body: object, subresource?: '/status'): Promise<void> {
        await world.patch(usersPath('short'), { metadata: { finalizers: [] } });
        await world.admin.request({ method: 'DELETE', path: usersPath('short') });
        await super.merge(place, body, subresource);
      }
    })(world.server);
    await populateClaim(claim, found, { ...world.deps, client: late });
    for (const place of [world.primePath(uid), world.podPath(uid)]) expect(await isThere(place)).to.equal(false);
  });

  it('does not keep claims for ever when imports are switched off meanwhile', async () => {
    const uid = await world.ask('off', { source: source() });
    await looks(1);
    await world.admin.request({ method: 'DELETE', path: usersPath('off') });
    const claims = { start: () => undefined, stop: () => Promise.resolve(), list: allClaims };
    const clones = { ...world.deps, snapshots: { find: () => Promise.resolve(undefined) } };
    const populator = new Populator({ claims, clones, imports: undefined, log: pino({ level: 'silent' }) });
    await populator.look();
    await world.releasePrime(uid);
    await populator.look();
    const left = await world.get(usersPath('off'), claimSchema);
    expect(left?.metadata.finalizers ?? []).not.to.include('tome.storage/populate-target-protection');
    expect(await world.get(world.podPath(uid), podSchema)).not.to.equal(undefined);
  });

  const allClaims = (): Promise<readonly Claim[]> => world.deps.client.list(claims, undefined, {}, readClaim);
});
