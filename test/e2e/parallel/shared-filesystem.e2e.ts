import type { V1Pod } from '@kubernetes/client-node';
import { expect } from 'chai';
import { checksum, writeData } from '../support/data.ts';
import { run, type Container } from '../support/exec.ts';
import { pods, tomePools } from '../support/kinds.ts';
import { twoNodes } from '../support/nodes.ts';
import { inObjectStore } from '../support/object-store.ts';
import { get, list } from '../support/objects.ts';
import { poll } from '../support/poll.ts';
import { settings } from '../support/settings.ts';
import { useSpace } from '../support/use-space.ts';
import { watchUntil } from '../support/wait.ts';

const describeWithStore = settings.hasObjectStore ? describe : describe.skip;

describeWithStore('a registered filesystem that nodes share: an object store', () => {
  const space = useSpace('objects');
  let one: string;
  let two: string;
  /** The volume's id. */
  let volume: string;

  before(async () => {
    [one, two] = await twoNodes();
  });

  it('pods of two nodes come to it at once, each through a mount pod on its node', async () => {
    await space.claim('files', { class: 'tome-objects', mode: 'ReadWriteMany' });
    await Promise.all(
      [one, two].map((node, index) => space.runningPod(`files-${index + 1}`, { claim: 'files', node }, 150_000)),
    );
    volume = (await space.volumeReference('files')).name;
    const nodes = (await mountPods()).map(({ spec }) => spec?.nodeName);
    expect(nodes).to.have.members([one, two]);
    const { spec } = await space.volume('files');
    expect((await get({ kind: tomePools, name: spec.pool })).spec.nodes).to.have.members([one, two]);
  });

  it('what is written on one node is in the store, and read on the other', async () => {
    const [onOne, onTwo] = [space.container('files-1'), space.container('files-2')];
    const written = await writeData(onOne);
    await untilStored('file');
    await untilSeen(onTwo, 'file');
    expect(await checksum(onTwo)).to.equal(written);
    await run(onTwo, 'echo from two > /data/answer');
    await untilStored('answer');
    await untilSeen(onOne, 'answer');
    expect(await run(onOne, 'cat /data/answer')).to.equal('from two');
  });

  it('the node that leaves takes nothing along, and finds all when it comes back', async () => {
    await run(space.container('files-1'), 'echo last > /data/last');
    await space.removedPod('files-1');
    expect(await untilMountPods(1)).to.equal(true);
    expect(await inObjectStore(`cat /buckets/volumes/${volume}/last`)).to.equal('last');
    const again = await space.runningPod('files-3', { claim: 'files', node: one }, 150_000);
    expect(await run(again, 'cat /data/last /data/answer')).to.equal('last\nfrom two');
  });

  it('is deleted in the store with its claim, by a hook that ran in a pod', async () => {
    await Promise.all([space.removedPod('files-2'), space.removedPod('files-3')]);
    expect(await untilMountPods(0)).to.equal(true);
    expect(await inObjectStore('ls /buckets/volumes')).to.contain(volume);
    await space.removedClaim('files');
    expect(await inObjectStore('ls /buckets/volumes')).not.to.contain(volume);
  });

  const mounting = {
    namespace: settings.namespace,
    labelSelector: 'app.kubernetes.io/component=mount,tome.storage/mount-pod=mount',
  };
  const isOurs = ({ metadata }: V1Pod) => metadata?.labels?.['tome.storage/volume'] === volume;
  const mountPods = async () => (await list(pods, mounting)).filter(isOurs);

  /** Whether there were that many within the time. */
  async function untilMountPods(count: number): Promise<boolean> {
    return (await watchUntil(pods, mounting, (all) => all.filter(isOurs).length === count)) !== undefined;
  }

  function untilStored(name: string): Promise<string> {
    return poll(
      `${name} in the store`,
      () => inObjectStore(`ls /buckets/volumes/${volume}`),
      (names) => names.split('\n').includes(name),
    );
  }

  /** A node's list of a directory may be a second old. */
  function untilSeen(pod: Container, name: string): Promise<string> {
    return poll(
      `${name} in ${pod.pod}`,
      () => run(pod, 'ls /data'),
      (names) => names.split('\n').includes(name),
    );
  }
});
