import { expect } from 'chai';
import { checksum, writeData } from '../support/data.ts';
import { eventAbout } from '../support/events.ts';
import { run } from '../support/exec.ts';
import { claims } from '../support/kinds.ts';
import { killAndAwaitDriver, killServer, mountPodGone, mountPodOf, replaceDriver } from '../support/mount-pods.ts';
import { onNode } from '../support/on-node.ts';
import { settings } from '../support/settings.ts';
import { useSpace } from '../support/use-space.ts';
import { requireSteady, untilWritten, writerCommand } from '../support/writer.ts';

const describeWithNtfs = settings.hasNtfs ? describe : describe.skip;

describeWithNtfs('a filesystem of kind image whose programs run in pods', () => {
  const space = useSpace('image-mount-pods');
  let node: string;
  let volume: string;

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
    expect(await onNode(node, `grep -l ${volume} /sys/block/loop*/loop/backing_file || true`)).to.equal('');
    const next = await space.runningPod('again', { claim: 'disk' }, 120_000);
    expect(await checksum(next)).to.equal(written);
  });

  it('killed: reported, and mounted again for the next pod', async () => {
    const before = await mountPodOf(volume);
    await killServer(node, 'ntfs-3g', volume);
    await eventAbout(space.of(claims, 'disk'), /FilesystemShutDown/, 150_000);
    await space.removedPod('again');
    const next = await space.runningPod('revived', { claim: 'disk' }, 120_000);
    expect(await run(next, 'cat /data/plain')).to.equal('a plain word');
    expect((await mountPodOf(volume)).metadata?.uid).not.to.equal(before.metadata?.uid);
  });

  it('killed again: unmounted all the same, and deleted with its claim', async () => {
    await killServer(node, 'ntfs-3g', volume);
    await space.removedPod('revived');
    await mountPodGone(volume);
    await space.removedClaim('disk');
    expect(await onNode(node, `ls /host${settings.poolsDirectory}/default/volumes`)).not.to.contain(volume);
  });
});
