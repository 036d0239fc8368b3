import { expect } from 'chai';
import { checksum, writeData } from '../support/data.ts';
import { nodes, pods, tomeVolumes } from '../support/kinds.ts';
import { list } from '../support/objects.ts';
import { onNode } from '../support/on-node.ts';
import { uninstall } from '../support/release.ts';
import { settings } from '../support/settings.ts';
import { useSpace } from '../support/use-space.ts';

describe('helm uninstall', () => {
  describe('while a volume exists', () => {
    const space = useSpace('uninstall');

    it('is refused, naming the claim and what to do, and nothing has changed', async () => {
      await space.claim('precious');
      const pod = await space.runningPod('precious', {});
      const written = await writeData(pod);
      const { ok, output } = await uninstall();
      expect(ok).to.equal(false);
      expect(output)
        .to.contain(`${space.name}/precious`)
        .and.to.match(/delete/);
      expect(await checksum(pod)).to.equal(written);
      await space.removedPod('precious');
      await space.runningPod('precious-2', { claim: 'precious' });
    });
  });

  describe('afterwards', () => {
    it('succeeds', async () => {
      expect(await list(tomeVolumes)).to.deep.equal([]);
      const { ok, output } = await uninstall();
      expect(ok, output).to.equal(true);
      const left = await list(pods, {
        namespace: settings.namespace,
        labelSelector: 'app.kubernetes.io/component in (node,controller)',
      });
      expect(left).to.deep.equal([]);
    });

    it('no volume is mounted or attached on any node, and no staging directory is left', async () => {
      for (const node of await allNodes()) {
        const mounts = await onNode(node, "grep -E 'kubernetes.io.csi|/volumes/vol-' /proc/1/mountinfo || true");
        expect(mounts, `mounts on ${node}`).to.equal('');
        const loops = await onNode(
          node,
          'cat /sys/block/loop*/loop/backing_file 2>/dev/null | grep "/volumes/vol-" || true',
        );
        expect(loops, `loop devices on ${node}`).to.equal('');
        const staging = await onNode(
          node,
          'find /host/var/lib/kubelet/plugins/kubernetes.io/csi -mindepth 2 -path "*tome*" || true',
        );
        expect(staging, `directories on ${node}`).to.equal('');
        const sockets = await onNode(node, 'ls /host/var/lib/kubelet/plugins_registry | grep tome || true');
        expect(sockets, `registration on ${node}`).to.equal('');
      }
    });

    it('pools are unmounted, their loop devices free', async () => {
      for (const node of await allNodes()) {
        expect(await onNode(node, `grep ' ${settings.poolsDirectory}/' /proc/1/mountinfo || true`)).to.equal('');
      }
    });

    it('no object has a finalizer that nobody would take off', async () => {
      const volumes = await list(tomeVolumes);
      expect(volumes.map(({ metadata }) => metadata?.name)).to.deep.equal([]);
    });
  });
});

async function allNodes(): Promise<readonly string[]> {
  return (await list(nodes)).map(({ metadata }) => metadata?.name ?? '');
}
