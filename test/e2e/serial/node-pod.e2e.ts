import type { V1Pod } from '@kubernetes/client-node';
import { expect } from 'chai';
import { checksum, writeData } from '../support/data.ts';
import { driverPod, driverPods } from '../support/driver-pod.ts';
import type { Container } from '../support/exec.ts';
import { daemonSets, pods } from '../support/kinds.ts';
import { get, list, remove } from '../support/objects.ts';
import { killDriver, onNode } from '../support/on-node.ts';
import { isReady, restartsOf } from '../support/pod-state.ts';
import { upgrade } from '../support/release.ts';
import { settings } from '../support/settings.ts';
import { useSpace } from '../support/use-space.ts';
import { waitFor, watchUntil } from '../support/wait.ts';
import { requireSteady, untilWritten, writerCommand } from '../support/writer.ts';

describe('a node pod that goes while pods write', () => {
  const space = useSpace('node-pod');
  let node: string;
  let writers: readonly Container[];

  before(async () => {
    await space.claim('ext4');
    await space.claim('xfs', { class: 'tome-xfs', size: '320Mi' });
    const first = await space.running(await space.pod('ext4', { command: writerCommand }));
    node = first.spec?.nodeName ?? '';
    await space.runningPod('xfs', { command: writerCommand, node });
    writers = [space.container('ext4'), space.container('xfs')];
  });

  it('killed: the pods write on, and the next process serves the node', async () => {
    const before = await driverPod(node);
    const kept = await kernelState();
    await undisturbed(async () => {
      expect(await killDriver(node, 'node')).to.equal(1);
      const name = before.metadata?.name ?? '';
      const reference = { kind: pods, namespace: settings.namespace, name };
      await waitFor(
        reference,
        'restarted',
        (pod) => isReady(pod) && pod !== undefined && restartsOf(pod) > restartsOf(before),
      );
    });
    expect(await kernelState()).to.deep.equal(kept);
    await mountsAndUnmounts('killed');
  });

  it('deleted: the pods write on, and the next pod serves the node', async () => {
    const { metadata } = await driverPod(node);
    const kept = await kernelState();
    await undisturbed(async () => {
      await remove({ kind: pods, namespace: settings.namespace, name: metadata?.name ?? '' });
      await untilDrivers((all) =>
        all.some((pod) => pod.spec?.nodeName === node && isReady(pod) && pod.metadata?.uid !== metadata?.uid),
      );
    });
    expect(await kernelState()).to.deep.equal(kept);
    await mountsAndUnmounts('deleted');
  });

  it('upgraded with helm: every node gets a new pod, and the pods write on', async () => {
    const old = (await list(pods, driverPods)).map(({ metadata }) => metadata?.uid);
    const kept = await kernelState();
    await undisturbed(async () => {
      const { ok, output } = await upgrade('node.sweepIntervalSeconds=61');
      expect(ok, output).to.equal(true);
      const isNew = (uid: string | undefined) => !old.includes(uid);
      await untilDrivers((all) => all.every((pod) => isReady(pod) && isNew(pod.metadata?.uid)));
    });
    expect(await kernelState()).to.deep.equal(kept);
    await mountsAndUnmounts('upgraded');
    const [set] = await list(daemonSets, driverPods);
    expect(set?.status?.updatedNumberScheduled).to.equal(set?.status?.desiredNumberScheduled);
  });

  /** The writers write before, during and after it, without a gap. */
  async function undisturbed(event: () => Promise<void>): Promise<void> {
    await event();
    for (const writer of writers) {
      const written = await requireSteady(writer);
      await untilWritten(writer, written);
      await requireSteady(writer);
    }
  }

  /** The new driver mounts, and takes off what the old one has mounted. */
  async function mountsAndUnmounts(name: string): Promise<void> {
    await space.claim(name);
    const first = await space.runningPod(`${name}-1`, { claim: name, node });
    const written = await writeData(first);
    await space.removedPod(`${name}-1`);
    const second = await space.runningPod(`${name}-2`, { claim: name, node });
    expect(await checksum(second)).to.equal(written);
    await space.removedPod(`${name}-2`);
    await space.removedClaim(name);
  }

  async function untilDrivers(accept: (all: readonly V1Pod[]) => boolean) {
    const all = await watchUntil(pods, driverPods, accept, 120_000);
    expect(all, 'new driver pods within 120 s').to.not.equal(undefined);
  }

  /** The mounts of the volumes of this file's pods, as the node sees them. */
  async function kernelState(): Promise<readonly string[]> {
    const uids = await Promise.all(writers.map(({ pod }) => get({ kind: pods, namespace: space.name, name: pod })));
    const pattern = uids.map(({ metadata }) => metadata?.uid ?? '').join('|');
    const mounts = await onNode(node, `grep -E '(${pattern})/volumes/kubernetes.io~csi' /proc/1/mountinfo | sort`);
    return mounts.split('\n');
  }
});
