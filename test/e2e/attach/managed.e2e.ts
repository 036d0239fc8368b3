import { expect } from 'chai';
import { useAttachMode } from '../support/attach-mode.ts';
import { eventAbout } from '../support/events.ts';
import { CommandFailure, run } from '../support/exec.ts';
import { attachments } from '../support/kinds.ts';
import { twoNodes } from '../support/nodes.ts';
import { list } from '../support/objects.ts';
import { onNode } from '../support/on-node.ts';
import { rejectionOf } from '../support/rejection.ts';
import { poll } from '../support/poll.ts';
import { settings } from '../support/settings.ts';
import { useSpace } from '../support/use-space.ts';

describe('managed volumes in attach mode', () => {
  const space = useSpace('managed-attach');
  let one: string;
  let two: string;

  before(async () => {
    await useAttachMode();
    [one, two] = await twoNodes();
  });

  after(async () => {
    const roots = [settings.managedRoot, ...(settings.sharedRoot === undefined ? [] : [settings.sharedRoot])];
    for (const node of [one, two]) {
      for (const root of roots) await onNode(node, `rm -rf /host${root}/${space.name}`);
    }
  });

  const makeDirectory = (root: string, name: string) => {
    const path = `/host${root}/${space.name}/${name}`;
    return onNode(one, `mkdir -p ${path} && echo from the host > ${path}/file`);
  };

  /** The nodes that the claim's volume is attached to. */
  async function attachedTo(claim: string): Promise<readonly string[]> {
    const { name } = await space.persistentVolume(claim);
    const ours = (await list(attachments)).filter(({ spec }) => spec.source.persistentVolumeName === name);
    return ours.filter(({ status }) => status?.attached).map(({ spec }) => spec.nodeName);
  }

  it('RWO: is attached where the directory is, for all pods there, and to no other node', async () => {
    await makeDirectory(settings.managedRoot, 'rwo');
    await space.claim('rwo', { class: 'tome-managed' });
    const first = await space.runningPod('rwo-1', { claim: 'rwo', node: one });
    const second = await space.runningPod('rwo-2', { claim: 'rwo' });
    await run(first, 'echo one > /data/made');
    expect(await run(second, 'cat /data/file /data/made')).to.equal('from the host\none');
    expect(await attachedTo('rwo')).to.deep.equal([one]);

    const other = await space.pod('rwo-3', { claim: 'rwo', node: two });
    expect(await eventAbout(other, /FailedScheduling/)).to.match(/node affinity/);
    const forced = await space.pod('rwo-4', { claim: 'rwo', assignedTo: two });
    expect(await eventAbout(forced, /FailedAttachVolume/)).to.match(/already used by pod\(s\) rwo-[12], rwo-[12]/);
    for (const pod of ['rwo-3', 'rwo-4', 'rwo-1', 'rwo-2']) await space.removedPod(pod);
    await space.removedClaim('rwo');
    const path = `/host${settings.managedRoot}/${space.name}/rwo`;
    expect(await onNode(one, `cat ${path}/file ${path}/made`)).to.equal('from the host\none');
  });

  it('a node that does not have the directory is refused by the driver', async () => {
    await makeDirectory(settings.managedRoot, 'far');
    await space.claim('far', { class: 'tome-managed' });
    await space.runningPod('far-1', { claim: 'far', node: one });
    await space.removedPod('far-1');
    await poll(
      'detached',
      () => attachedTo('far'),
      (nodes) => nodes.length === 0,
    );
    const forced = await space.pod('far-2', { claim: 'far', assignedTo: two });
    const told = await eventAbout(forced, /FailedAttachVolume/);
    expect(told).to.contain(`which node ${one} only reaches`);
    await space.removedPod('far-2');
  });

  it('ROX: readers join readers, nobody writes', async () => {
    await makeDirectory(settings.managedRoot, 'rox');
    await space.claim('rox', { class: 'tome-managed', mode: 'ReadOnlyMany' });
    for (const name of ['rox-1', 'rox-2']) {
      const reader = await space.runningPod(name, { claim: 'rox', node: one });
      expect(await run(reader, 'cat /data/file')).to.equal('from the host');
      expect(await rejectionOf(run(reader, 'touch /data/mine'))).to.be.instanceOf(CommandFailure);
    }
    expect(await attachedTo('rox')).to.deep.equal([one]);
  });

  const itWithRoot = settings.sharedRoot === undefined ? it.skip : it;

  itWithRoot('RWX with sharing many beneath a shared root: is attached to both nodes, and both write', async () => {
    await makeDirectory(settings.sharedRoot ?? '', 'many');
    await space.claim('many', { class: 'tome-shared-many', mode: 'ReadWriteMany' });
    const onOne = await space.runningPod('many-1', { claim: 'many', node: one });
    const onTwo = await space.runningPod('many-2', { claim: 'many', node: two });
    await run(onOne, 'echo one >> /data/file');
    await run(onTwo, 'echo two >> /data/file');
    expect(await run(onOne, 'cat /data/file')).to.equal('from the host\none\ntwo');
    expect(await attachedTo('many')).to.have.members([one, two]);
  });

  itWithRoot('ROX beneath a shared root: readers on both nodes', async () => {
    await makeDirectory(settings.sharedRoot ?? '', 'readers');
    await space.claim('readers', { class: 'tome-shared-many', mode: 'ReadOnlyMany' });
    for (const [name, node] of [['readers-1', one] as const, ['readers-2', two] as const]) {
      const reader = await space.runningPod(name, { claim: 'readers', node });
      expect(await run(reader, 'cat /data/file')).to.equal('from the host');
      expect(await rejectionOf(run(reader, 'touch /data/mine'))).to.be.instanceOf(CommandFailure);
    }
    expect(await attachedTo('readers')).to.have.members([one, two]);
  });
});
