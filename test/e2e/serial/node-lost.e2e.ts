import { expect } from 'chai';
import { checksum, writeData } from '../support/data.ts';
import { driverPods } from '../support/driver-pod.ts';
import { eventAbout } from '../support/events.ts';
import { claims, nodes, persistentVolumes, pods, tomePools, tomeVolumes } from '../support/kinds.ts';
import { list, remove } from '../support/objects.ts';
import { twoNodes } from '../support/nodes.ts';
import { cluster, describeOnOwnCluster } from '../support/own-cluster.ts';
import { isReady } from '../support/pod-state.ts';
import { upgrade } from '../support/release.ts';
import { useSpace } from '../support/use-space.ts';
import { waitFor, watchUntil } from '../support/wait.ts';

describeOnOwnCluster('a node that is lost', () => {
  const space = useSpace('node-lost');
  let lost: string;
  let pool: string;
  let written: string;

  before(async () => {
    // One of them stays, wherever the lost one was.
    const { ok, output } = await upgrade('controller.replicas=2');
    expect(ok, output).to.equal(true);
    [, lost] = await twoNodes();
    pool = `${lost}.default`;
    await space.claim('kept');
    written = await writeData(await space.runningPod('kept', { node: lost }));
    await space.claim('given-up');
    await space.runningPod('given-up', { node: lost });
  });

  after(async () => {
    await cluster('start-node', lost).catch(() => undefined);
    await upgrade();
  });

  it('a volume there cannot be deleted: an event says what the operator can do', async () => {
    await cluster('stop-node', lost);
    const isAway = (status: string | undefined) => status === 'Unknown' || status === 'False';
    await waitFor({ kind: nodes, name: lost }, 'not ready', (node) => isAway(readyOf(node?.status?.conditions)));
    for (const name of ['kept', 'given-up']) {
      await remove(space.of(pods, name), { gracePeriodSeconds: 0 });
    }
    const volume = await space.persistentVolume('given-up');
    await remove(space.of(claims, 'given-up'));
    const told = await eventAbout(volume, /VolumeFailedDelete.*delete pools/, 180_000);
    expect(told).to.contain(lost).and.to.contain(`kubectl delete pools.tome.storage ${pool}`);
  });

  it('one step of the operator frees what was on it', async () => {
    const given = (await list(tomeVolumes)).find(({ spec }) => spec.claim === `${space.name}/given-up`);
    await remove({ kind: tomePools, name: pool });
    await waitFor({ kind: tomePools, name: pool }, 'gone', (object) => object === undefined);
    const gone = await watchUntil(
      persistentVolumes,
      {},
      (all) =>
        !all.some((one) => one.spec?.claimRef?.namespace === space.name && one.spec.claimRef.name === 'given-up'),
      150_000,
    );
    expect(gone, 'the PersistentVolume goes').to.not.equal(undefined);
    const volume = { kind: tomeVolumes, name: given?.metadata?.name ?? '' };
    await waitFor(volume, 'gone', (object) => object === undefined);
  });

  it('when the node is back its volumes are adopted, and a pod finds its data', async () => {
    const volume = await space.volumeReference('kept');
    await cluster('start-node', lost);
    await waitFor(
      { kind: nodes, name: lost },
      'ready',
      (node) => readyOf(node?.status?.conditions) === 'True',
      120_000,
    );
    await watchUntil(
      pods,
      driverPods,
      (all) => all.some((pod) => pod.spec?.nodeName === lost && isReady(pod)),
      120_000,
    );
    await waitFor({ kind: tomePools, name: pool }, 'ready', (object) => object?.status?.ready === true);
    await waitFor(volume, 'adopted', (object) => object?.status?.ready === true);
    const pod = await space.runningPod('kept', {}, 120_000);
    expect(await checksum(pod)).to.equal(written);
  });

  it('what was given up meanwhile is kept there until a person deletes it', async () => {
    const isOurs = ({ spec }: { spec: { claim?: string } }) => spec.claim === `${space.name}/given-up`;
    const all = await watchUntil(tomeVolumes, {}, (volumes) => volumes.some(isOurs), 60_000);
    const orphan = all?.find(isOurs);
    expect(orphan?.spec.pool).to.equal(pool);
    await space.removed({ kind: tomeVolumes, name: orphan?.metadata?.name ?? '' });
  });
});

function readyOf(conditions: readonly { type: string; status: string }[] | undefined): string | undefined {
  return conditions?.find(({ type }) => type === 'Ready')?.status;
}
