import type { V1Pod } from '@kubernetes/client-node';
import { expect } from 'chai';
import { checksum, writeData } from '../support/data.ts';
import { eventAbout } from '../support/events.ts';
import { killContainer, run } from '../support/exec.ts';
import { claims } from '../support/kinds.ts';
import { killAndAwaitDriver, killServer, mountPodGone, mountPodOf, replaceDriver } from '../support/mount-pods.ts';
import { onNode } from '../support/on-node.ts';
import { isReady } from '../support/pod-state.ts';
import { poll } from '../support/poll.ts';
import { settings } from '../support/settings.ts';
import { useSpace } from '../support/use-space.ts';
import { requireSteady, untilWritten, writerCommand } from '../support/writer.ts';

const describeWithNtfs = settings.hasNtfs ? describe : describe.skip;

describeWithNtfs('a filesystem of kind image whose programs run in pods', () => {
  const space = useSpace('image-mount-pods');
  let node: string;
  let volume: string;

  const devicesOf = (id: string) => onNode(node, `grep -l ${id} /sys/block/loop*/loop/backing_file || true`);

  it('is made, checked and mounted in pods of its image on the node', async () => {
    await space.claim('disk', { class: 'tome-ntfs' });
    const reference = await space.pod('disk', { command: writerCommand });
    node = (await space.running(reference, 120_000)).spec?.nodeName ?? '';
    volume = (await space.volumeReference('disk')).name;
    expect(await run(space.container('disk'), 'grep " /data " /proc/mounts')).to.contain(' fuseblk ');
    await run(space.container('disk'), 'echo a plain word > /data/plain && sync');
    expect((await mountPodOf(volume)).spec?.nodeName).to.equal(node);
  });

  it('the driver is killed and replaced: the pod writes on', async () => {
    const writer = space.container('disk');
    const { metadata } = await mountPodOf(volume);
    await killAndAwaitDriver(node);
    await untilWritten(writer, await requireSteady(writer));
    await replaceDriver(node);
    await untilWritten(writer, await requireSteady(writer));
    expect((await mountPodOf(volume)).metadata?.uid).to.equal(metadata?.uid);
  });

  it('is unmounted with its last pod: no mount pod and no device stay; the next pod finds the data', async () => {
    const written = await writeData(space.container('disk'));
    await space.removedPod('disk');
    await mountPodGone(volume);
    expect(await devicesOf(volume)).to.equal('');
    const next = await space.runningPod('again', { claim: 'disk', restartPolicy: 'Always' }, 120_000);
    expect(await checksum(next)).to.equal(written);
  });

  it('killed: reported, mounted again, and seen by a container that starts anew', async () => {
    const before = await mountPodOf(volume);
    await killServer(node, 'ntfs-3g', volume);
    await eventAbout(space.of(claims, 'disk'), /FilesystemShutDown/);
    const isNew = (pod: V1Pod) => pod.metadata?.uid !== before.metadata?.uid && isReady(pod);
    await poll('another mount pod', () => mountPodOf(volume), isNew);
    await eventAbout(space.of(claims, 'disk'), /VolumeHealthy/);
    // A container keeps the mount that it was started with.
    await killContainer(space.container('again'));
    const seen = () => run(space.container('again'), 'cat /data/plain');
    expect(await poll('the data in the pod', seen, (text) => text === 'a plain word')).to.equal('a plain word');
    await run(space.container('again'), 'echo after > /data/after && sync');
    await space.removedPod('again');
    await mountPodGone(volume);
    expect(await devicesOf(volume)).to.equal('');
    const next = await space.runningPod('revived', { claim: 'disk' }, 120_000);
    expect(await run(next, 'cat /data/plain /data/after')).to.equal('a plain word\nafter');
  });

  it('killed again: unmounted all the same, and deleted with its claim', async () => {
    await killServer(node, 'ntfs-3g', volume);
    await space.removedPod('revived');
    await mountPodGone(volume);
    await space.removedClaim('disk');
    expect(await onNode(node, `ls /host${settings.poolsDirectory}/default/volumes`)).not.to.contain(volume);
  });
});
