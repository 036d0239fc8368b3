import type { V1PersistentVolumeClaim } from '@kubernetes/client-node';
import { expect } from 'chai';
import { MiB } from '../../../src/domain/sizes.ts';
import { checksum, deviceSize, filesystemSize, writeData } from '../support/data.ts';
import { driverPod } from '../support/driver-pod.ts';
import { eventAbout } from '../support/events.ts';
import { claims, tomeVolumes } from '../support/kinds.ts';
import { list, patch } from '../support/objects.ts';
import { run } from '../support/exec.ts';
import { settings } from '../support/settings.ts';
import type { Space } from '../support/space.ts';
import { useSpace } from '../support/use-space.ts';
import { waitFor } from '../support/wait.ts';

/** In the bounding set of capabilities of a process: it may grow a mounted ext4. */
const CAP_SYS_RESOURCE = 1n << 24n;

describe('expansion', () => {
  const space = useSpace('expansion');

  it('offline: ext4 has its new size when the next pod starts', async () => {
    await space.claim('offline', { size: '64Mi', class: 'tome' });
    const before = await space.runningPod('offline-1', { claim: 'offline' });
    const size = await filesystemSize(before);
    const written = await writeData(before);
    await space.removedPod('offline-1');

    await grow(space, 'offline', '256Mi');
    const volume = await space.volumeReference('offline');
    await waitFor(volume, '256 MiB', (object) => object?.status?.size === 256 * MiB);
    const after = await space.runningPod('offline-2', { claim: 'offline' });
    expect(await filesystemSize(after)).to.be.greaterThan(size * 3);
    expect(await checksum(after)).to.equal(written);
    await untilCapacity(space, 'offline', '256Mi');
  });

  it('online: a mounted xfs grows under its pod', async () => {
    await space.claim('xfs', { size: '320Mi', class: 'tome-xfs' });
    const pod = await space.runningPod('xfs', {});
    const size = await filesystemSize(pod);
    const written = await writeData(pod);

    await grow(space, 'xfs', '640Mi');
    await untilCapacity(space, 'xfs', '640Mi');
    expect(await filesystemSize(pod)).to.be.greaterThan(size * 1.8);
    expect(await checksum(pod)).to.equal(written);
  });

  it('online: a raw block device grows under its pod', async () => {
    await space.claim('block', { size: '64Mi', block: true });
    const pod = await space.runningPod('block', { block: true });
    const written = await writeData(pod, 'device');

    await grow(space, 'block', '128Mi');
    await untilCapacity(space, 'block', '128Mi');
    expect(await deviceSize(pod)).to.equal(128 * MiB);
    expect(await checksum(pod, 'device')).to.equal(written);
  });

  it('online: ext4 grows under its pod where the kernel lets the driver, else with the next pod, which the PVC says', async () => {
    await space.claim('ext4', { size: '64Mi' });
    const reference = await space.pod('ext4', {});
    const { spec } = await space.running(reference);
    const pod = space.container('ext4');
    const size = await filesystemSize(pod);
    const written = await writeData(pod);

    await grow(space, 'ext4', '256Mi');
    if (await mayGrowMountedExt4(spec?.nodeName ?? '')) {
      await untilCapacity(space, 'ext4', '256Mi');
      expect(await filesystemSize(pod)).to.be.greaterThan(size * 3);
      expect(await checksum(pod)).to.equal(written);
      return;
    }
    const told = await resizeErrorOf(space, 'ext4');
    expect(told).to.contain('detach the volume and attach it again, which grows it as well');
    expect(await filesystemSize(pod)).to.equal(size);
    await space.removedPod('ext4');
    const next = await space.runningPod('ext4', {});
    expect(await filesystemSize(next)).to.be.greaterThan(size * 3);
    expect(await checksum(next)).to.equal(written);
    await untilCapacity(space, 'ext4', '256Mi');
  });

  it('beyond what the pool has: an event on the PVC says how much there is', async () => {
    await space.claim('huge', { size: '64Mi' });
    await space.runningPod('huge', {});
    await grow(space, 'huge', '900Gi');
    const told = await eventAbout(space.of(claims, 'huge'), /VolumeResizeFailed/);
    expect(told).to.match(/left to promise, 899\.9Gi are needed/);
    const volumes = await list(tomeVolumes);
    const volume = volumes.find(({ spec }) => spec.claim === `${space.name}/huge`);
    expect(volume?.status?.size).to.equal(64 * MiB);
  });
});

/** What `kubectl describe pvc` tells after the driver has refused: the kubelet makes no event of it. */
async function resizeErrorOf(space: Space, claim: string): Promise<string> {
  const conditionOf = (object: V1PersistentVolumeClaim | undefined) =>
    object?.status?.conditions?.find(({ message }) => message?.includes('CAP_SYS_RESOURCE'));
  const told = await waitFor(space.of(claims, claim), 'told why it does not grow', (object) => !!conditionOf(object));
  return conditionOf(told)?.message ?? '';
}

async function grow(space: Space, claim: string, storage: string): Promise<void> {
  await patch(space.of(claims, claim), { spec: { resources: { requests: { storage } } } });
}

async function untilCapacity(space: Space, claim: string, storage: string): Promise<void> {
  const capacity = (size: string | undefined) => size === storage;
  await waitFor(space.of(claims, claim), storage, (object) => capacity(object?.status?.capacity?.['storage']), 150_000);
}

/** Whether the driver's container on this node has what the kernel asks for. */
async function mayGrowMountedExt4(node: string): Promise<boolean> {
  const { metadata } = await driverPod(node);
  const status = await run({ namespace: settings.namespace, pod: metadata?.name ?? '' }, 'cat /proc/self/status');
  const set = /^CapBnd:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0';
  return (BigInt(`0x${set}`) & CAP_SYS_RESOURCE) !== 0n;
}
