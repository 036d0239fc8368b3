import { expect } from 'chai';
import { driverPods } from '../support/driver-pod.ts';
import { eventAbout } from '../support/events.ts';
import { run } from '../support/exec.ts';
import { fill, importPod, untilTold, type Filling } from '../support/imports.ts';
import { pods } from '../support/kinds.ts';
import { twoNodes } from '../support/nodes.ts';
import { get, remove } from '../support/objects.ts';
import { cluster, describeOnOwnCluster } from '../support/own-cluster.ts';
import { isReady } from '../support/pod-state.ts';
import { upgrade } from '../support/release.ts';
import { settings } from '../support/settings.ts';
import { startSourceServer, type SourceServer } from '../support/source-server.ts';
import { useSpace } from '../support/use-space.ts';
import { watchUntil } from '../support/wait.ts';

describeOnOwnCluster('a node that is lost while it fills volumes', function () {
  this.timeout(420_000);
  const space = useSpace('imports-lost');
  const fillings: Filling[] = [];
  let here: string;
  let lost: string;
  let server: SourceServer;

  before(async () => {
    // One of them stays, wherever the lost one was.
    const { ok, output } = await upgrade('controller.replicas=2');
    expect(ok, output).to.equal(true);
    [here, lost] = await twoNodes();
    server = await startSourceServer(space, { node: here });
    for (const name of ['kept', 'evicted']) {
      const filling = await fill(space, name, { source: `${server.origin}/held/model.bin` }, { class: 'tome' });
      await space.pod(name, { node: lost });
      await untilTold(filling, 'Importing', / of 16Mi/);
      fillings.push(filling);
    }
  });

  after(async () => {
    await cluster('start-node', lost).catch(() => undefined);
    await upgrade();
  });

  it('is named by the claims and their imports, which wait for it', async () => {
    await cluster('stop-node', lost);
    for (const filling of fillings) {
      const told = await eventAbout(filling.claim, /ImportWaits.*does not answer/, 180_000);
      expect(told).to.contain('Warning').and.to.contain(`node ${lost}, which has the volume, does not answer`);
      await untilTold(filling, 'Waiting', /does not answer/);
      expect((await get(filling.claim)).status?.phase).to.equal('Pending');
    }
  });

  it('keeps no other import waiting: that is made where a node answers', async () => {
    const filling = await fill(space, 'elsewhere', { source: `${server.origin}/model.bin` });
    await space.bound(filling.claim, 300_000);
    expect((await space.volume('elsewhere')).spec.pool).to.equal(`${here}.default`);
  });

  it('goes on with them when it is back, also where the cluster has given up their pod', async () => {
    const [, evicted] = fillings;
    // What the cluster does after five minutes: the pod is to go, and nobody is there to end it.
    await remove({ kind: pods, namespace: settings.namespace, name: evicted?.made ?? '' });
    const pod = { kind: pods, namespace: settings.namespace, name: evicted?.made ?? '' };
    expect((await get(pod)).metadata?.deletionTimestamp).not.to.equal(undefined);
    await server.run('rm asked');
    await cluster('start-node', lost);
    const isBack = (all: readonly Parameters<typeof isReady>[0][]) =>
      all.some((one) => one?.spec?.nodeName === lost && isReady(one));
    expect(await watchUntil(pods, driverPods, isBack, 120_000), 'the driver is back').not.to.equal(undefined);
    for (const filling of fillings) {
      await importPod(
        filling,
        'running again',
        ({ status, metadata }) => status?.phase === 'Running' && metadata?.deletionTimestamp === undefined,
      );
      expect((await get(filling.claim)).status?.phase).to.equal('Pending');
    }
    await server.release('model.bin');
    const sum = await server.run('sha256sum < model.bin');
    for (const { claim } of fillings) {
      await space.bound(claim, 240_000);
      await space.running(space.of(pods, claim.name), 120_000);
      expect(await run(space.container(claim.name), 'sha256sum < /data/model.bin')).to.equal(sum);
      expect((await space.volume(claim.name)).spec.pool).to.equal(`${lost}.default`);
    }
    // What was there of it was not read again.
    expect(await server.run('cat asked')).to.match(/model.bin bytes=[1-9]/);
  });
});
