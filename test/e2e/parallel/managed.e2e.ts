import { expect } from 'chai';
import { eventAbout } from '../support/events.ts';
import { CommandFailure, run } from '../support/exec.ts';
import { claims, persistentVolumes, pods, tomeVolumes } from '../support/kinds.ts';
import { twoNodes } from '../support/nodes.ts';
import { create } from '../support/objects.ts';
import { onNode } from '../support/on-node.ts';
import { rejectionOf } from '../support/rejection.ts';
import { driverName, settings } from '../support/settings.ts';
import { useSpace } from '../support/use-space.ts';
import { waitFor } from '../support/wait.ts';

describe('managed volumes', () => {
  const space = useSpace('managed');
  const directory = `${settings.managedRoot}/${space.name}`;
  /** As the pods that stand in for a login on the node have it. */
  const onHost = `/host${directory}`;
  let one: string;
  let two: string;

  before(async () => {
    [one, two] = await twoNodes();
  });

  after(async () => {
    for (const node of [one, two]) await onNode(node, `rm -rf ${onHost}`);
  });

  /** A directory on a node, with a file in it. */
  const makeDirectory = (node: string, name: string, more = 'true') =>
    onNode(node, `mkdir -p ${onHost}/${name} && cd ${onHost}/${name} && echo from the host > file && ${more}`);

  /** The scheduler would have the pod there. */
  const prefers = (node: string) => ({
    affinity: {
      nodeAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          {
            weight: 100,
            preference: { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [node] }] },
          },
        ],
      },
    },
  });

  it('a pod goes to the node that has the directory, whatever the scheduler would prefer', async () => {
    await makeDirectory(two, 'home');
    await space.claim('home', { class: 'tome-managed' });
    const { spec } = await space.running(await space.pod('home', { spec: prefers(one) }));
    expect(spec?.nodeName).to.equal(two);
  });

  it('what either side writes the other sees at once', async () => {
    const pod = space.container('home');
    expect(await run(pod, 'cat /data/file')).to.equal('from the host');
    await run(pod, 'echo from the pod > /data/answer');
    expect(await onNode(two, `cat ${onHost}/home/answer`)).to.equal('from the pod');
    await onNode(two, `echo more >> ${onHost}/home/file`);
    expect(await run(pod, 'cat /data/file')).to.equal('from the host\nmore');
    expect((await space.volume('home')).spec.size).to.equal(0);
  });

  it('a second volume on the same directory, or one above it, is refused and told of the first', async () => {
    await space.claim('team', { class: 'tome-managed-team' });
    await space.pod('team', {});
    const told = await eventAbout(space.of(claims, 'team'), /ProvisioningFailed/);
    expect(told).to.contain(`${directory} is above ${directory}/home`).and.to.contain(`of claim ${space.name}/home`);
    await space.removedPod('team');
    await space.removed(space.of(claims, 'team'));
  });

  it('a directory that no node has is waited for, and both nodes are told to lack it', async () => {
    await space.claim('absent', { class: 'tome-managed' });
    await space.pod('absent', {});
    const told = await eventAbout(space.of(claims, 'absent'), /ProvisioningFailed/);
    expect(told).to.contain(`${directory}/absent`);
    await makeDirectory(one, 'absent');
    await space.running(space.of(pods, 'absent'));
    expect(await run(space.container('absent'), 'cat /data/file')).to.equal('from the host');
    await space.removedPod('absent');
  });

  it('a symlink in place of the directory leads nowhere', async () => {
    for (const node of [one, two]) await onNode(node, `mkdir -p ${onHost} && ln -s /etc ${onHost}/evil`);
    await space.claim('evil', { class: 'tome-managed' });
    await space.pod('evil', {});
    const told = await eventAbout(space.of(claims, 'evil'), /ProvisioningFailed/);
    expect(told)
      .to.match(/symlink/)
      .and.to.contain(`${directory}/evil`);
    await space.removedPod('evil');
    await space.removed(space.of(claims, 'evil'));
  });

  it('the bytes stay when the claim goes', async () => {
    await space.removedPod('home');
    await space.removedClaim('home');
    expect(await onNode(two, `cd ${onHost}/home && cat file answer`)).to.equal('from the host\nmore\nfrom the pod');
  });

  it('the pod acts as the user of the class: what it makes is that user’s, and nothing else lets it in', async () => {
    await makeDirectory(one, 'user', 'echo closed > closed && chmod 600 closed && chown 4321:4322 . file');
    await space.claim('user', { class: 'tome-managed-user' });
    const pod = await space.runningPod('user', {});
    expect(await run(pod, 'stat -c %u:%g /data /data/file')).to.equal('0:0\n0:0');
    await run(pod, 'echo mine > /data/made');
    expect(await onNode(one, `stat -c %u:%g ${onHost}/user/made`)).to.equal('4321:4322');
    const refusal = await rejectionOf(run(pod, 'cat /data/closed'));
    expect(refusal).to.be.instanceOf(CommandFailure);
    expect(String(refusal)).to.contain('Permission denied');
    await space.removedPod('user');
  });

  it('a user who may not get to the directory is told which one is in the way', async () => {
    await onNode(one, `chmod 700 ${onHost} && mkdir -p ${onHost}/way && chown 4321:4322 ${onHost}/way`);
    await space.claim('way', { class: 'tome-managed-user' });
    await space.pod('way', { node: one });
    const told = await Promise.any([
      eventAbout(space.of(pods, 'way'), /FailedMount/),
      eventAbout(space.of(claims, 'way'), /ProvisioningFailed/),
    ]);
    expect(told).to.contain('4321').and.to.contain(directory);
    await onNode(one, `chmod 755 ${onHost}`);
    await space.running(space.of(pods, 'way'));
    await space.removedPod('way');
  });

  it('a pod with an fsGroup changes nothing on the host', async () => {
    await makeDirectory(one, 'group', 'chmod 777 . && chmod 644 file');
    await space.claim('group', { class: 'tome-managed' });
    const securityContext = { runAsUser: 1000, runAsGroup: 3000, fsGroup: 2000 };
    const pod = await space.runningPod('group', { spec: { securityContext } });
    await run(pod, 'echo mine > /data/made');
    expect(await onNode(one, `cd ${onHost}/group && stat -c '%n %u:%g %a' . file made`)).to.equal(
      '. 0:0 777\nfile 0:0 644\nmade 1000:3000 644',
    );
    await space.removedPod('group');
  });

  it('sharing many: two pods write to one directory with ReadWriteMany', async () => {
    await makeDirectory(one, 'many');
    await space.claim('many', { class: 'tome-managed-many', mode: 'ReadWriteMany' });
    const first = await space.runningPod('many-1', { claim: 'many' });
    const second = await space.runningPod('many-2', { claim: 'many' });
    await run(first, 'echo one >> /data/file');
    await run(second, 'echo two >> /data/file');
    expect(await run(first, 'cat /data/file')).to.equal('from the host\none\ntwo');
    await space.removedPod('many-1');
    await run(second, 'echo three >> /data/file');
    await space.removedPod('many-2');
  });

  it('ReadWriteMany without sharing in the class is refused with what to do', async () => {
    await makeDirectory(one, 'single');
    await space.claim('single', { class: 'tome-managed', mode: 'ReadWriteMany' });
    await space.pod('single', {});
    const told = await eventAbout(space.of(claims, 'single'), /ProvisioningFailed/);
    expect(told).to.contain('sharing');
    await space.removedPod('single');
    await space.removed(space.of(claims, 'single'));
  });

  it('a directory on which the host has mounted something is let go of, too', async () => {
    const place = `${directory}/mounted`;
    await onNode(one, `mkdir -p ${onHost}/mounted && nsenter -t 1 -m mount -t tmpfs -o size=1m tome-e2e ${place}`);
    await onNode(one, `echo from the mount > ${onHost}/mounted/file`);
    await space.claim('mounted', { class: 'tome-managed' });
    const pod = await space.runningPod('mounted', {});
    expect(await run(pod, 'cat /data/file')).to.equal('from the mount');
    await space.removedPod('mounted');
    await space.removedClaim('mounted');
    expect(await onNode(one, `nsenter -t 1 -m umount ${place} && ls ${onHost}/mounted`)).to.equal('');
  });

  it('a Volume that a person makes, with a PersistentVolume over it', async () => {
    await makeDirectory(two, 'static');
    const name = `managed-${space.name}`;
    await create(tomeVolumes, {
      metadata: { name },
      spec: {
        pool: `${two}.managed`,
        managed: { hostPath: `${directory}/static` },
        accessModes: ['SINGLE_NODE_MULTI_WRITER'],
      },
    });
    const volume = { kind: tomeVolumes, name };
    await waitFor(volume, 'ready', (object) => object?.status?.ready === true);
    await create(persistentVolumes, {
      metadata: { name },
      spec: {
        capacity: { storage: '1Mi' },
        accessModes: ['ReadWriteOnce'],
        persistentVolumeReclaimPolicy: 'Delete',
        claimRef: { namespace: space.name, name: 'static' },
        csi: { driver: driverName, volumeHandle: name },
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [
              { matchExpressions: [{ key: 'topology.tome.storage/node', operator: 'In', values: [two] }] },
            ],
          },
        },
      },
    });
    await create(claims, {
      metadata: { name: 'static', namespace: space.name },
      spec: {
        storageClassName: '',
        volumeName: name,
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: '1Mi' } },
      },
    });
    const pod = await space.runningPod('static', {});
    expect(await run(pod, 'cat /data/file')).to.equal('from the host');
    await run(pod, 'echo kept > /data/made');
    await space.removedPod('static');
    await space.removed(space.of(claims, 'static'));
    await space.removed({ kind: persistentVolumes, name });
    await space.removed(volume);
    expect(await onNode(two, `cat ${onHost}/static/made`)).to.equal('kept');
  });
});
