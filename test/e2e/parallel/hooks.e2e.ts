import { isDeepStrictEqual } from 'node:util';
import { expect } from 'chai';
import { MiB } from '../../../src/domain/sizes.ts';
import { eventAbout } from '../support/events.ts';
import { run } from '../support/exec.ts';
import { claims, pods } from '../support/kinds.ts';
import { list, patch, remove } from '../support/objects.ts';
import { onNode } from '../support/on-node.ts';
import { poll } from '../support/poll.ts';
import { settings } from '../support/settings.ts';
import { useSpace } from '../support/use-space.ts';
import { volumeStats, type VolumeStats } from '../support/volume-stats.ts';
import { waitFor } from '../support/wait.ts';

const describeWithImage = settings.filesystem === undefined ? describe.skip : describe;

/** The hooks are in harness/counted-filesystem.ts; none of them could run in the driver's own container. */
describeWithImage('hooks of a registered filesystem that run in pods', () => {
  const space = useSpace('hooks');
  let node: string;
  /** The volume's directory in the pool, as the pods that stand in for a login on the node have it. */
  let source: string;

  it('format and mount: a pod has the volume, of the size of its claim', async () => {
    await space.claim('counted', { class: 'tome-counted', size: '64Mi' });
    const { spec } = await space.running(await space.pod('counted', {}), 120_000);
    node = spec?.nodeName ?? '';
    const { name } = await space.volumeReference('counted');
    source = `/host${settings.poolsDirectory}/default/volumes/${name}/data`;
    await run(space.container('counted'), 'echo mine > /data/file');
    expect(await onNode(node, `cat ${source}/data/file ${source}/size`)).to.equal(`mine\n${64 * MiB}`);
  });

  it('stats: the kubelet tells what the hook has printed', async () => {
    await untilStats({ capacity: 64 * MiB, used: 32 * MiB, available: 16 * MiB });
  });

  it('grow: the claim grows under its pod, and the hook has heard how large it is', async () => {
    await patch(space.of(claims, 'counted'), { spec: { resources: { requests: { storage: '128Mi' } } } });
    const grown = (size: string | undefined) => size === '128Mi';
    await waitFor(
      space.of(claims, 'counted'),
      'grown',
      (claim) => grown(claim?.status?.capacity?.['storage']),
      150_000,
    );
    expect(await onNode(node, `cat ${source}/size`)).to.equal(String(128 * MiB));
    await untilStats({ capacity: 128 * MiB, used: 64 * MiB, available: 32 * MiB });
    expect(await run(space.container('counted'), 'cat /data/file')).to.equal('mine');
  });

  it('delete: what the hook refuses stays, and an event says why; then it goes', async () => {
    await run(space.container('counted'), 'touch /data/keep');
    await space.removedPod('counted');
    const volume = await space.volumeReference('counted');
    const persistentVolume = await space.persistentVolume('counted');
    await remove(space.of(claims, 'counted'));
    const told = await eventAbout(persistentVolume, /VolumeFailedDelete/);
    expect(told).to.contain('hook delete of filesystem counted').and.to.contain('there is a file that says keep');
    expect(await onNode(node, `cat ${source}/data/file`)).to.equal('mine');
    await onNode(node, `rm ${source}/data/keep`);
    await waitFor(volume, 'gone', (object) => object === undefined);
    await waitFor(persistentVolume, 'gone', (object) => object === undefined);
    expect(await onNode(node, `ls ${source} 2>/dev/null || true`)).to.equal('');
    expect(await podsOf(volume.name), 'no pod of the volume stays').to.deep.equal([]);
  });

  /** Of this volume's mounts and hooks. */
  async function podsOf(volume: string) {
    const all = await list(pods, { namespace: settings.namespace, labelSelector: `tome.storage/volume=${volume}` });
    return all.map(({ metadata }) => metadata?.name);
  }

  /** The kubelet looks every ten seconds on the own cluster, and every minute by default. */
  async function untilStats(wanted: VolumeStats): Promise<void> {
    const isWanted = (told: VolumeStats | undefined) => isDeepStrictEqual(told, wanted);
    await poll('stats', () => volumeStats(node, space.name, 'counted'), isWanted, 150_000);
  }
});
