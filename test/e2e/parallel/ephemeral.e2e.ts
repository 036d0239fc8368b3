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
    const uid = metadata?.uid ?? '';
    const mounts = () => onNode(node, `grep ${uid} /proc/1/mountinfo | grep csi || true`);
    const images = () => onNode(node, `grep -l ${uid} /host${settings.poolsDirectory}/*/volumes/*/record.json || true`);
    expect(await mounts()).to.not.equal('');
    expect((await images()).split('\n'))
      .to.have.length(1)
      .and.not.to.include('');
    await space.removedPod('inline');
    expect(await mounts()).to.equal('');
    expect(await images()).to.equal('');
  });

  it('inline: larger than the operator allows is refused with what to do', async () => {
    await space.pod('too-large', { volume: inline({ size: '20Gi' }) });
    const told = await eventAbout(space.of(pods, 'too-large'), /FailedMount/);
    expect(told)
      .to.match(/20Gi is more than the 10Gi/)
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
