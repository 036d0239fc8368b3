import { expect } from 'chai';
import { checksum, writeData } from '../support/data.ts';
import { eventAbout } from '../support/events.ts';
import { CommandFailure, run } from '../support/exec.ts';
import { claims, pods } from '../support/kinds.ts';
import { twoNodes } from '../support/nodes.ts';
import { get } from '../support/objects.ts';
import { rejectionOf } from '../support/rejection.ts';
import { useSpace } from '../support/use-space.ts';

describe('access modes', () => {
  const space = useSpace('access');

  it('RWOP: a second pod waits, told why, and runs when the first is gone', async () => {
    await space.claim('rwop', { mode: 'ReadWriteOncePod' });
    const first = await space.runningPod('rwop-1', { claim: 'rwop' });
    const written = await writeData(first);
    const second = await space.pod('rwop-2', { claim: 'rwop' });
    const told = await eventAbout(second, /FailedScheduling/);
    expect(told).to.contain('ReadWriteOncePod');

    await space.removedPod('rwop-1');
    await space.running(second);
    expect(await checksum(space.container('rwop-2'))).to.equal(written);
  });

  it('RWOP: nor does a pod get in that goes around the scheduler', async () => {
    await space.claim('around', { mode: 'ReadWriteOncePod' });
    const first = await space.running(await space.pod('around-1', { claim: 'around' }));
    const node = first.spec?.nodeName ?? '';
    const second = await space.pod('around-2', { claim: 'around', assignedTo: node });
    const told = await eventAbout(second, /FailedMount/);
    expect(told).to.match(/ReadWriteOncePod|single writer/);
    await space.removedPod('around-1');
    await space.running(second);
  });

  it('RWO: pods of one node share it', async () => {
    await space.claim('shared');
    const first = await space.runningPod('shared-1', { claim: 'shared' });
    const second = await space.runningPod('shared-2', { claim: 'shared' });
    const written = await writeData(first);
    expect(await checksum(second)).to.equal(written);
    await run(second, 'echo second > /data/second && sync /data/second');
    expect(await run(first, 'cat /data/second')).to.equal('second');
  });

  it('RWO: a pod that wants another node is told that the volume is not there', async () => {
    const [one, two] = await twoNodes();
    await space.claim('rwo');
    await space.runningPod('rwo-1', { claim: 'rwo', node: one });
    const other = await space.pod('rwo-2', { claim: 'rwo', node: two });
    const told = await eventAbout(other, /FailedScheduling/);
    expect(told).to.match(/node affinity|PersistentVolume's node affinity|volume node affinity/);
    expect((await get(other)).status?.phase).to.equal('Pending');

    const forced = await space.pod('rwo-3', { claim: 'rwo', assignedTo: two });
    expect(await eventAbout(forced, /FailedMount|VolumeNodeAffinity|Rejected/i)).to.match(
      /affinity|NodeSelectorTerms|not on node/,
    );
    await space.removedPod('rwo-3');
  });

  it('ROX: many readers on the node that has the data, and nobody writes', async () => {
    const [one, two] = await twoNodes();
    await space.claim('data');
    const writer = await space.runningPod('data', { node: one });
    const written = await writeData(writer);
    await space.claim('rox', { clone: 'data', mode: 'ReadOnlyMany' });
    const names = ['rox-1', 'rox-2', 'rox-3', 'rox-4', 'rox-5'];
    const readers = await Promise.all(names.map((name) => space.runningPod(name, { claim: 'rox' })));
    for (const reader of readers) {
      expect(await checksum(reader)).to.equal(written);
      const refusal = await rejectionOf(run(reader, 'touch /data/mine'));
      expect(refusal).to.be.instanceOf(CommandFailure);
      expect(String(refusal)).to.contain('Read-only file system');
      const { spec } = await get({ kind: pods, name: reader.pod, namespace: space.name });
      expect(spec?.nodeName).to.equal(one);
    }

    const elsewhere = await space.pod('rox-elsewhere', { claim: 'rox', node: two });
    expect(await eventAbout(elsewhere, /FailedScheduling/)).to.match(/node affinity/);
  });

  it('exclusive: keeps a second pod of the same node out, and says which volume to leave', async () => {
    await space.claim('exclusive', { class: 'tome-exclusive' });
    const first = await space.running(await space.pod('exclusive-1', { claim: 'exclusive' }));
    const written = await writeData(space.container('exclusive-1'));
    // One after the other, since the kubelet tries only one pod of a volume at a time.
    for (const name of ['exclusive-reader', 'exclusive-2']) {
      const readOnly = name === 'exclusive-reader';
      const pod = await space.pod(name, { claim: 'exclusive', readOnly });
      const told = await eventAbout(pod, /FailedMount/);
      expect(told).to.contain(`claim ${space.name}/exclusive) is exclusive`);
      expect(told).to.contain(first.metadata?.uid).and.to.contain('free when that pod has ended');
      if (readOnly) await space.removedPod(name);
    }
    await space.removedPod('exclusive-1');
    await space.running(space.of(pods, 'exclusive-2'), 150_000);
    expect(await checksum(space.container('exclusive-2'))).to.equal(written);
  });

  it('RWX: is refused with what to use instead', async () => {
    await space.claim('rwx', { class: 'tome-immediate', mode: 'ReadWriteMany' });
    const told = await eventAbout(space.of(claims, 'rwx'), /ProvisioningFailed/);
    expect(told).to.contain('ReadWriteOnce').and.to.contain('ReadOnlyMany');
  });
});
