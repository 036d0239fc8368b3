import { expect } from 'chai';
import { checksum, filesystemSize, writeData } from '../support/data.ts';
import { eventAbout } from '../support/events.ts';
import { run } from '../support/exec.ts';
import { claims, snapshots, type VolumeSnapshot } from '../support/kinds.ts';
import { create, remove, type Reference } from '../support/objects.ts';
import type { Space } from '../support/space.ts';
import { snapshotsOf, useSpace } from '../support/use-space.ts';
import { waitFor } from '../support/wait.ts';

describe('snapshots and clones', () => {
  const space = useSpace('copies');

  it('restores a snapshot of a volume in use at the same size and larger; each copy lives on its own', async () => {
    await space.claim('source');
    const source = await space.runningPod('source', {});
    const size = await filesystemSize(source);
    const written = await writeData(source);
    await snapshot(space, 'cut', 'source');
    const changed = await writeData(source);
    expect(changed).to.not.equal(written);

    await space.claim('same', { snapshot: 'cut' });
    await space.claim('larger', { snapshot: 'cut', size: '256Mi' });
    const [same, larger] = await Promise.all([space.runningPod('same', {}), space.runningPod('larger', {})]);
    for (const copy of [same, larger]) expect(await checksum(copy)).to.equal(written);
    expect(await filesystemSize(same)).to.equal(size);
    expect(await filesystemSize(larger)).to.be.greaterThan(size * 3);
    await writeData(same);
    expect(await checksum(larger)).to.equal(written);
    expect(await checksum(source)).to.equal(changed);
  });

  it('a snapshot outlives its volume, and is gone with its VolumeSnapshot', async () => {
    await space.claim('short');
    const pod = await space.runningPod('short', {});
    const written = await writeData(pod);
    const { name } = await space.volumeReference('short');
    const kept = await snapshot(space, 'kept', 'short');
    await space.removedPod('short');
    await space.removedClaim('short');

    await space.claim('again', { snapshot: 'kept' });
    const again = await space.runningPod('again', {});
    expect(await checksum(again)).to.equal(written);
    expect(await snapshotsOf(name)).to.have.length(1);
    await space.removed(kept);
    expect(await snapshotsOf(name)).to.deep.equal([]);
    expect(await checksum(again)).to.equal(written);
  });

  it('clones a volume in use, on the node that has it', async () => {
    await space.claim('original');
    const original = await space.runningPod('original', {});
    const written = await writeData(original);
    await space.claim('clone', { clone: 'original', size: '128Mi' });
    const clone = await space.runningPod('clone', {});
    expect(await checksum(clone)).to.equal(written);
    expect((await space.volume('clone')).spec.pool).to.equal((await space.volume('original')).spec.pool);
    await writeData(clone);
    expect(await checksum(original)).to.equal(written);
  });

  it('xfs and its copy are mounted on one node', async () => {
    await space.claim('xfs', { class: 'tome-xfs', size: '320Mi' });
    const original = await space.runningPod('xfs', {});
    const written = await writeData(original);
    await snapshot(space, 'xfs', 'xfs');
    await space.claim('xfs-copy', { class: 'tome-xfs', size: '400Mi', snapshot: 'xfs' });
    const copy = await space.runningPod('xfs-copy', {});
    expect(await checksum(copy)).to.equal(written);
  });

  it('copies a raw block device', async () => {
    await space.claim('block', { block: true });
    const original = await space.runningPod('block', { block: true });
    const written = await writeData(original, 'device');
    await snapshot(space, 'block', 'block');
    await run(original, 'dd if=/dev/zero of=/dev/data bs=65536 count=16 conv=fsync');
    await space.claim('block-copy', { block: true, snapshot: 'block' });
    const copy = await space.runningPod('block-copy', { block: true });
    expect(await checksum(copy, 'device')).to.equal(written);
  });

  it('a copy that is asked for smaller than its source is refused in words', async () => {
    await space.claim('small', { snapshot: 'cut', size: '16Mi', class: 'tome-immediate' });
    const told = await eventAbout(space.of(claims, 'small'), /ProvisioningFailed/);
    expect(told)
      .to.match(/16 ?Mi|16777216/)
      .and.to.match(/64 ?Mi|67108864/);
    await remove(space.of(claims, 'small'));
  });
});

async function snapshot(space: Space, name: string, claim: string): Promise<Reference<VolumeSnapshot>> {
  await create(snapshots, {
    metadata: { name, namespace: space.name },
    spec: { volumeSnapshotClassName: 'tome', source: { persistentVolumeClaimName: claim } },
  });
  const reference = space.of(snapshots, name);
  await waitFor(reference, 'ready', (object) => object?.status?.readyToUse === true);
  return reference;
}
