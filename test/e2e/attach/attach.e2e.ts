import { expect } from 'chai';
import { useAttachMode } from '../support/attach-mode.ts';
import { checksum, writeData } from '../support/data.ts';
import { eventAbout } from '../support/events.ts';
import { CommandFailure, run } from '../support/exec.ts';
import { attachments } from '../support/kinds.ts';
import { twoNodes } from '../support/nodes.ts';
import { list } from '../support/objects.ts';
import { rejectionOf } from '../support/rejection.ts';
import { useSpace } from '../support/use-space.ts';

describe('attach mode', () => {
  const space = useSpace('attach');

  before(useAttachMode);

  it('RWO: is attached, and both pods of the node have it; another node does not', async () => {
    const [one, two] = await twoNodes();
    await space.claim('rwo');
    const first = await space.runningPod('rwo-1', { claim: 'rwo', node: one });
    const written = await writeData(first);
    const [attachment, ...others] = await attachmentsOf('rwo');
    expect(attachment?.spec.nodeName).to.equal(one);
    expect(attachment?.status?.attached).to.equal(true);
    expect(others).to.deep.equal([]);
    const second = await space.runningPod('rwo-2', { claim: 'rwo', node: one });
    expect(await checksum(second)).to.equal(written);
    const other = await space.pod('rwo-3', { claim: 'rwo', node: two });
    expect(await eventAbout(other, /FailedScheduling/)).to.match(/node affinity/);

    const forced = await space.pod('rwo-4', { claim: 'rwo', assignedTo: two });
    expect(await eventAbout(forced, /FailedAttachVolume/)).to.match(/already used by pod\(s\) rwo-[12], rwo-[12]/);
    await space.removedPod('rwo-4');
  });

  it('RWOP: one pod in all', async () => {
    await space.claim('rwop', { mode: 'ReadWriteOncePod' });
    const first = await space.running(await space.pod('rwop-1', { claim: 'rwop' }));
    const written = await writeData(space.container('rwop-1'));
    const second = await space.pod('rwop-2', { claim: 'rwop' });
    expect(await eventAbout(second, /FailedScheduling/)).to.contain('ReadWriteOncePod');
    const around = await space.pod('rwop-3', { claim: 'rwop', assignedTo: first.spec?.nodeName ?? '' });
    expect(await eventAbout(around, /FailedMount/)).to.match(/ReadWriteOncePod|single writer/);
    await space.removedPod('rwop-3');
    await space.removedPod('rwop-1');
    await space.running(second);
    expect(await checksum(space.container('rwop-2'))).to.equal(written);
  });

  it('ROX: many readers, nobody writes', async () => {
    await space.claim('data');
    const written = await writeData(await space.runningPod('data', {}));
    await space.claim('rox', { clone: 'data', mode: 'ReadOnlyMany' });
    const readers = await Promise.all(
      ['rox-1', 'rox-2', 'rox-3'].map((name) => space.runningPod(name, { claim: 'rox' })),
    );
    for (const reader of readers) {
      expect(await checksum(reader)).to.equal(written);
      const refusal = await rejectionOf(run(reader, 'touch /data/mine'));
      expect(refusal).to.be.instanceOf(CommandFailure);
    }
  });

  it('exclusive: keeps a second pod of the node out', async () => {
    await space.claim('exclusive', { class: 'tome-exclusive' });
    const written = await writeData(await space.runningPod('exclusive-1', { claim: 'exclusive' }));
    const second = await space.pod('exclusive-2', { claim: 'exclusive' });
    expect(await eventAbout(second, /FailedMount/)).to.match(/exclusive|single writer/);
    await space.removedPod('exclusive-1');
    await space.running(second, 150_000);
    expect(await checksum(space.container('exclusive-2'))).to.equal(written);
  });

  async function attachmentsOf(claim: string) {
    const { name } = await space.persistentVolume(claim);
    return (await list(attachments)).filter(({ spec }) => spec.source.persistentVolumeName === name);
  }
});
