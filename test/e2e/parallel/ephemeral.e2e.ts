import { expect } from 'chai';
import { MiB } from '../../../src/domain/sizes.ts';
import { checksum, filesystemSize, writeData } from '../support/data.ts';
import { eventAbout } from '../support/events.ts';
import { run } from '../support/exec.ts';
import { claims, pods } from '../support/kinds.ts';
import { get } from '../support/objects.ts';
import { onNode } from '../support/on-node.ts';
import { driverName, settings } from '../support/settings.ts';
import { useSpace } from '../support/use-space.ts';
import { waitFor } from '../support/wait.ts';

describe('ephemeral volumes', () => {
  const space = useSpace('ephemeral');

  it('generic: comes with its pod and goes with it', async () => {
    const spec = {
      storageClassName: 'tome',
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '64Mi' } },
    };
    const pod = await space.runningPod('generic', { volume: { ephemeral: { volumeClaimTemplate: { spec } } } });
    const written = await writeData(pod);
    expect(await checksum(pod)).to.equal(written);
    const volume = await space.volumeReference('generic-data');
    await space.removedPod('generic');
    await waitFor(space.of(claims, 'generic-data'), 'gone', (object) => object === undefined);
    await waitFor(volume, 'gone', (object) => object === undefined);
  });

  it('inline: made when the pod starts, kept while its container restarts, gone with it', async () => {
    const restarting = 'cat /data/file 2>/dev/null && exec sleep 1000000; echo kept > /data/file; sync; exit 1';
    const reference = await space.pod('inline', {
      volume: inline({ size: '128Mi' }),
      command: restarting,
      restartPolicy: 'Always',
    });
    const { spec } = await space.running(reference);
    const pod = space.container('inline');
    await waitFor(reference, 'restarted', (object) => object?.status?.containerStatuses?.[0]?.restartCount === 1);
    await space.running(reference);
    expect(await run(pod, 'cat /data/file')).to.equal('kept');
    expect(await filesystemSize(pod)).to.be.within(100 * MiB, 128 * MiB);

    const node = spec?.nodeName ?? '';
    const { metadata } = await get(reference);
    const loops = () => onNode(node, `grep -l ${metadata?.uid ?? ''} /proc/1/mountinfo || true`);
    expect(await loops()).to.not.equal('');
    const before = await images(node);
    await space.removedPod('inline');
    expect(await loops()).to.equal('');
    expect(await images(node)).to.have.length.lessThan(before.length);
  });

  it('inline: larger than the operator allows is refused with what to do', async () => {
    await space.pod('too-large', { volume: inline({ size: '20Gi' }) });
    const told = await eventAbout(space.of(pods, 'too-large'), /FailedMount/);
    expect(told)
      .to.match(/20 ?GiB/)
      .and.to.contain('PersistentVolumeClaim');
    await space.removedPod('too-large');
  });

  it('inline: a word that is not known is refused by its name', async () => {
    await space.pod('typo', { volume: inline({ syze: '64Mi' }) });
    const told = await eventAbout(space.of(pods, 'typo'), /FailedMount/);
    expect(told).to.contain('syze').and.to.contain('size');
    await space.removedPod('typo');
  });
});

function inline(volumeAttributes: Record<string, string>) {
  return { csi: { driver: driverName, fsType: 'ext4', volumeAttributes } };
}

async function images(node: string): Promise<readonly string[]> {
  return (await onNode(node, `ls /host${settings.poolsDirectory}/default/volumes`)).split('\n');
}
