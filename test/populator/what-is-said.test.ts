import { expect } from 'chai';
import { pino } from 'pino';
import * as apis from '../../src/catalog/kubernetes/apis.ts';
import { lookAtImports } from '../../src/populator/look-at-imports.ts';
import { claimSchema } from '../../src/populator/objects.ts';
import { clusterWorld, OWN, USERS, type ClusterWorld } from './cluster-world.ts';

describe('what is said on claims that name a VolumeImport', function () {
  this.timeout(120_000);
  const source = 'http://127.0.0.1/model.bin';
  const container = { name: 'import', image: 'x', imageID: 'x', ready: false, restartCount: 0 };
  let world: ClusterWorld;

  before(async () => {
    world = await clusterWorld();
  });

  after(() => {
    world.admin.close();
  });

  const toldOf = (claim: string) => world.told.findLast(({ about }) => about.claim === `${USERS}/${claim}`);

  it('say what the provisioner says of the volume that they wait for', async () => {
    const uid = await world.ask('huge', { source });
    await world.populator.look();
    for (const [name, type, message, at] of [
      ['older', 'Warning', 'no node is ready', '2026-01-01T00:00:00Z'],
      ['newer', 'Warning', 'no pool has room for 1Gi', '2026-01-01T00:00:01Z'],
      ['normal', 'Normal', 'External provisioner is provisioning volume', '2026-01-01T00:00:02Z'],
    ] as const) {
      await world.post(`/api/v1/namespaces/${OWN}/events`, {
        metadata: { name: `${name}-${uid}` },
        involvedObject: { kind: 'PersistentVolumeClaim', namespace: OWN, name: `import-${uid}` },
        ...{ type, message, reason: 'Any', lastTimestamp: at },
      });
    }
    await world.populator.look();
    const message = 'no pool has room for 1Gi';
    expect(toldOf('huge')).to.include({ type: 'Warning', reason: 'ImportWaits', message });
    expect((await world.statusOf('huge'))?.[0]).to.include({ state: 'Waiting', message });

    await world.provision(uid);
    await world.populator.look();
    expect((await world.statusOf('huge'))?.[0]).to.include({ state: 'Importing' });
  });

  it('say that the node is silent on which the volume is filled, also when the cluster has given up its pod', async () => {
    const uid = await world.ask('lost', { source });
    await world.populator.look();
    await world.provision(uid);
    await world.post(`${world.podPath(uid)}/binding`, {
      metadata: { name: `import-${uid}` },
      target: { kind: 'Node', name: 'node-7' },
    });
    const status = (isReady: boolean) => ({
      phase: 'Running',
      conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }],
      containerStatuses: [{ ...container, state: { running: {} } }],
    });
    await world.patch(`${world.podPath(uid)}/status`, { status: status(true) });
    await world.populator.look();
    expect((await world.statusOf('lost'))?.[0]).to.include({ state: 'Importing' });
    await world.patch(`${world.podPath(uid)}/status`, { status: status(false) });
    const message = 'node node-7, which has the volume, does not answer: the import goes on once it is back';
    for (const isGivenUp of [false, true]) {
      if (isGivenUp) await world.admin.request({ method: 'DELETE', path: world.podPath(uid) });
      world.told.length = 0;
      await world.populator.look();
      expect((await world.statusOf('lost'))?.[0]).to.include({ state: 'Waiting', message });
      expect(toldOf('lost')).to.include({ type: 'Warning', reason: 'ImportWaits', message });
    }
  });

  it('say how a pod has ended that says nothing itself', async () => {
    const uid = await world.ask('killed', { source });
    await world.populator.look();
    await world.provision(uid);
    const finishedAt = '2026-01-01T00:00:00Z';
    const terminated = { exitCode: 137, reason: 'OOMKilled', finishedAt, message: '1Mi of 16Mi\n2Mi of 16Mi, 1Mi/s\n' };
    const containerStatuses = [{ ...container, state: { terminated } }];
    await world.patch(`${world.podPath(uid)}/status`, { status: { phase: 'Failed', containerStatuses } });
    await world.populator.look();
    const why = 'the pod has failed: OOMKilled, exit code 137: 2Mi of 16Mi, 1Mi/s';
    expect(toldOf('killed')?.message).to.equal(`${source}: ${why}`);
  });

  it('say it of each import, however many claims name one', async () => {
    const later = await world.ask('z-alone', { source });
    await world.ask('crowd', { source });
    const claims = await world.deps.client.list(apis.claims, undefined, {}, claimSchema);
    const one = claims.find(({ metadata }) => metadata.name === 'crowd');
    const other = claims.find(({ metadata }) => metadata.uid === later);
    if (one === undefined || other === undefined) return expect.fail('nothing was asked for');
    // Of block volumes it is told at once that they are not filled.
    const spec = { ...one.spec, volumeMode: 'Block' };
    const crowd = Array.from({ length: 1001 }, (_, index) => {
      return { ...one, spec, metadata: { ...one.metadata, name: `crowd-${index}` } };
    });
    await lookAtImports([...crowd, other], world.deps, pino({ level: 'silent' }));
    expect(await world.statusOf('z-alone')).to.have.length(1);
    expect(await world.statusOf('crowd')).to.have.length(1000);
  });
});
