import type { V1Pod, V1PodSpec } from '@kubernetes/client-node';
import { expect } from 'chai';
import * as z from 'zod';
import { call } from '../support/connection.ts';
import { checksum, writeData } from '../support/data.ts';
import { driverPod, driverPods } from '../support/driver-pod.ts';
import { eventAbout } from '../support/events.ts';
import { killContainer, run } from '../support/exec.ts';
import { claims, pods, secrets } from '../support/kinds.ts';
import { create, list, patch } from '../support/objects.ts';
import { killAndAwaitDriver, killServer, mountPodGone, mountPodOf, replaceDriver } from '../support/mount-pods.ts';
import { onNode } from '../support/on-node.ts';
import { isReady } from '../support/pod-state.ts';
import { twoNodes } from '../support/nodes.ts';
import { poll } from '../support/poll.ts';
import { rejectionOf } from '../support/rejection.ts';
import { settings } from '../support/settings.ts';
import { useSpace } from '../support/use-space.ts';
import { requireSteady, untilWritten, writerCommand } from '../support/writer.ts';

const describeWithImage = settings.filesystem === undefined ? describe.skip : describe;

describeWithImage('a filesystem that is mounted in a pod', () => {
  const space = useSpace('mount-pods');
  const password = 'correct horse battery staple';
  let node: string;
  let volume: string;

  before(async () => {
    await create(secrets, {
      metadata: { name: 'key', namespace: space.name },
      stringData: { password },
    });
  });

  it('runs in a pod on the node, and what is written is encrypted in the pool', async () => {
    await space.claim('vault', { class: 'tome-gocryptfs' });
    const reference = await space.pod('vault', { command: writerCommand });
    const { spec } = await space.running(reference, 120_000);
    node = spec?.nodeName ?? '';
    volume = (await space.volumeReference('vault')).name;
    await run(space.container('vault'), 'echo a plain word > /data/plain && sync');

    const pod = await mountPodOf(volume);
    expect(pod.spec?.nodeName).to.equal(node);
    expect(JSON.stringify(pod)).not.to.contain(password);
    const source = `/host${settings.poolsDirectory}/default/volumes/${volume}/data`;
    expect(await onNode(node, `ls ${source}`))
      .to.contain('gocryptfs.conf')
      .and.not.to.contain('plain');
    expect(await onNode(node, `grep -rl 'plain word' ${source} || true`)).to.equal('');
  });

  it('the account of the driver gets pods on its own node alone, of registered images alone', async () => {
    const mountPod = await mountPodOf(volume);
    const token = await tokenOf(await driverPod(node));
    const all = `/api/v1/namespaces/${settings.namespace}/pods`;
    const attempt = (change: (spec: V1PodSpec) => void) => {
      const { metadata, spec } = structuredClone(mountPod);
      if (spec === undefined) throw new Error('a pod without a spec');
      change(spec);
      const { labels, annotations } = metadata ?? {};
      const copy = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'intruder', labels, annotations }, spec };
      return rejectionOf(call({ method: 'POST', path: all, body: copy, token }));
    };
    const [one, two] = await twoNodes();
    const elsewhere = await attempt((spec) => (spec.nodeName = node === one ? two : one));
    expect(String(elsewhere)).to.contain('pods on its own node alone');
    const foreign = await attempt(({ containers: [container] }) => {
      if (container !== undefined) container.image = 'localhost/foreign:1';
    });
    expect(String(foreign)).to.contain('runs the images of registered filesystems alone');
    const other = (await list(pods, driverPods)).find(({ spec }) => spec?.nodeName !== node)?.metadata?.name ?? '';
    const deletion = await rejectionOf(call({ method: 'DELETE', path: `${all}/${other}`, body: {}, token }));
    expect(String(deletion)).to.contain('has pods and secrets for its own node alone');
  });

  it('the driver is killed and replaced: the pod writes on', async () => {
    const writer = space.container('vault');
    const { metadata } = await mountPodOf(volume);
    await killAndAwaitDriver(node);
    await untilWritten(writer, await requireSteady(writer));
    await replaceDriver(node);
    await untilWritten(writer, await requireSteady(writer));
    expect((await mountPodOf(volume)).metadata?.uid).to.equal(metadata?.uid);
  });

  it('is not evicted from under the pod that uses it', async () => {
    const name = (await mountPodOf(volume)).metadata?.name ?? '';
    const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: settings.namespace } };
    const path = `/api/v1/namespaces/${settings.namespace}/pods/${name}/eviction`;
    expect(String(await rejectionOf(call({ method: 'POST', path, body })))).to.contain('disruption budget');
  });

  it('is unmounted with its last pod: no mount pod and no Secret stay; the next pod finds the data', async () => {
    const writer = space.container('vault');
    const written = await writeData(writer);
    await space.removedPod('vault');
    await mountPodGone(volume);
    const next = await space.runningPod('again', { claim: 'vault', restartPolicy: 'Always' }, 120_000);
    expect(await checksum(next)).to.equal(written);
  });

  it('killed: mounted again, by a driver that never saw the key, and seen by a container that starts anew', async () => {
    await replaceDriver(node);
    const before = await mountPodOf(volume);
    const staged = `/host/var/lib/kubelet/plugins/kubernetes.io/csi/csi.tome.storage/*/globalmount/${volume}`;
    await killServer(node, 'gocryptfs', volume);
    const isNew = (pod: V1Pod) => pod.metadata?.uid !== before.metadata?.uid && isReady(pod);
    await poll('another mount pod', () => mountPodOf(volume), isNew);
    // A container keeps the mount that it was started with.
    await poll(
      'the mount of the node',
      () => onNode(node, `ls ${staged}`),
      (names) => names.includes('plain'),
    );
    await killContainer(space.container('again'));
    const seen = () => run(space.container('again'), 'cat /data/plain');
    expect(await poll('the data in the pod', seen, (text) => text === 'a plain word')).to.equal('a plain word');
    await run(space.container('again'), 'echo after > /data/after && sync');
    await space.removedPod('again');
    await mountPodGone(volume);
    const next = await space.runningPod('revived', { claim: 'vault' }, 120_000);
    expect(await run(next, 'cat /data/plain /data/after')).to.equal('a plain word\nafter');
  });

  it('a wrong key is told with what the program says, and never shown', async () => {
    await space.removedPod('revived');
    await mountPodGone(volume);
    await patch(space.of(secrets, 'key'), { stringData: { password: 'wrong horse' } });
    const pod = await space.pod('wrong', { claim: 'vault' });
    const told = await eventAbout(pod, /FailedMount/);
    expect(told).to.contain('Password incorrect').and.not.to.contain('wrong horse');
    await patch(space.of(secrets, 'key'), { stringData: { password } });
    await space.running(pod, 240_000);
    await space.removedPod('wrong');
    await space.removedClaim('vault');
    expect(await onNode(node, `ls /host${settings.poolsDirectory}/default/volumes`)).not.to.contain(volume);
    expect(await list(claims, { namespace: space.name })).to.be.empty;
  });

  /** As the kubelet gives it to the pod: it says which node that is on. */
  async function tokenOf({ metadata, spec }: V1Pod): Promise<string> {
    const path = `/api/v1/namespaces/${settings.namespace}/serviceaccounts/${spec?.serviceAccountName ?? ''}/token`;
    const boundObjectRef = { kind: 'Pod', apiVersion: 'v1', name: metadata?.name, uid: metadata?.uid };
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { boundObjectRef } };
    const answer = await call({ method: 'POST', path, body });
    return z.object({ status: z.object({ token: z.string() }) }).parse(answer).status.token;
  }
});
