import { expect } from 'chai';
import { checksum, writeData } from '../support/data.ts';
import { nodes, persistentVolumes, pods, tomePools, tomeSnapshots, tomeVolumes } from '../support/kinds.ts';
import { list } from '../support/objects.ts';
import { onNode } from '../support/on-node.ts';
import { uninstall } from '../support/release.ts';
import { driverName, settings } from '../support/settings.ts';
import { useSpace } from '../support/use-space.ts';
import { watchUntil } from '../support/wait.ts';

describe('helm uninstall', () => {
  /** The volume's id: its name on every node. */
  let precious: string;

  describe('while a volume exists', () => {
    const space = useSpace('uninstall');

    it('is refused, naming the claim and what to do, and nothing has changed', async () => {
      await space.claim('precious');
      const pod = await space.runningPod('precious', {});
      const written = await writeData(pod);
      precious = (await space.volumeReference('precious')).name;
      const { ok, output } = await uninstall();
      expect(ok).to.equal(false);
      expect(output).to.contain(`${space.name}/precious`);
      expect(output).to.match(/volumes? exists?.*[Dd]elete .*claim.*uninstall/s);
      expect(await checksum(pod)).to.equal(written);
      await space.removedPod('precious');
      await space.runningPod('precious-2', { claim: 'precious' });
    });
  });

  describe('afterwards', () => {
    it('succeeds, and the driver is gone', async () => {
      expect(await list(tomeVolumes)).to.deep.equal([]);
      const { ok, output } = await uninstall();
      expect(ok, output).to.equal(true);
      const labelSelector = 'app.kubernetes.io/component in (node,controller)';
      const gone = await watchUntil(pods, { namespace: settings.namespace, labelSelector }, (all) => all.length === 0);
      expect(gone, 'pods end within their time').to.not.equal(undefined);
    });

    it('leaves no mount, directory or socket on any node', async () => {
      for (const node of await allNodes()) {
        const mounts = await onNode(
          node,
          `grep -E '${driverName}|${settings.poolsDirectory}/' /proc/1/mountinfo || true`,
        );
        expect(mounts, `mounts on ${node}`).to.equal('');
        const kubelet = '/host/var/lib/kubelet';
        const directories = await onNode(
          node,
          `ls ${kubelet}/plugins/kubernetes.io/csi/${driverName} 2>/dev/null || true`,
        );
        expect(directories, `staging directories on ${node}`).to.equal('');
        const sockets = await onNode(
          node,
          `find ${kubelet}/plugins ${kubelet}/plugins_registry -name '*.sock' | grep ${driverName} || true`,
        );
        expect(sockets, `sockets on ${node}`).to.equal('');
      }
    });

    it('leaves no loop device', async () => {
      for (const node of await allNodes()) {
        const loops = await onNode(
          node,
          'chroot /host /usr/sbin/losetup --list --noheadings --output BACK-INO,BACK-FILE',
        );
        expect(loops).to.not.contain(precious);
        const images = await onNode(node, 'stat -c %i /host/var/lib/tome/*.img');
        const attached = loops.split('\n').map((line) => line.trim().split(' ')[0]);
        for (const image of images.split('\n')) expect(attached).to.not.include(image);
      }
    });

    it('leaves no finalizer that nobody would take off', async () => {
      const objects = [...(await list(tomeVolumes)), ...(await list(tomeSnapshots)), ...(await list(tomePools))];
      const held = objects.filter(({ metadata }) => (metadata?.finalizers ?? []).length > 0);
      expect(held.map(({ metadata }) => metadata?.name)).to.deep.equal([]);
      const volumes = (await list(persistentVolumes)).filter(({ spec }) => spec?.csi?.driver === driverName);
      expect(volumes).to.deep.equal([]);
    });
  });
});

async function allNodes(): Promise<readonly string[]> {
  return (await list(nodes)).map(({ metadata }) => metadata?.name ?? '');
}
