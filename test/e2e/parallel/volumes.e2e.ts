import { expect } from 'chai';
import { checksum, writeData, type Place } from '../support/data.ts';
import { run } from '../support/exec.ts';
import { persistentVolumes } from '../support/kinds.ts';
import { list } from '../support/objects.ts';
import { useSpace } from '../support/use-space.ts';

describe('a volume from its PVC to its end', () => {
  const space = useSpace('volumes');

  for (const { title, name, storageClass, block, size, type } of [
    { title: 'ext4', name: 'ext4', storageClass: 'tome', block: false, size: '64Mi', type: 'ext4' },
    { title: 'xfs', name: 'xfs', storageClass: 'tome-xfs', block: false, size: '320Mi', type: 'xfs' },
    { title: 'a raw block device', name: 'block', storageClass: 'tome', block: true, size: '64Mi', type: '' },
  ]) {
    it(`${title}: made where the pod runs, keeps its data when the pod is deleted and made again`, async () => {
      const place: Place = block ? 'device' : 'file';
      await space.claim(name, { class: storageClass, block, size });
      const first = await space.runningPod(`${name}-1`, { claim: name, block });
      if (!block) expect(await run(first, 'grep " /data " /proc/mounts')).to.contain(` ${type} rw`);
      const written = await writeData(first, place);
      await space.removedPod(`${name}-1`);

      const second = await space.runningPod(`${name}-2`, { claim: name, block });
      expect(await checksum(second, place)).to.equal(written);
      expect((await space.volume(name)).spec.claim).to.equal(`${space.name}/${name}`);
      await space.removedPod(`${name}-2`);
      await space.removedClaim(name);
    });
  }

  it('Immediate: is made before any pod, and the pod follows it', async () => {
    const claim = await space.claim('immediate', { class: 'tome-immediate' });
    await space.bound(claim);
    const { spec } = await space.volume('immediate');
    const pod = await space.pod('immediate', {});
    const { spec: placed } = await space.running(pod);
    expect(spec.pool).to.equal(`${placed?.nodeName ?? ''}.default`);
    expect(await writeData(space.container('immediate'))).to.have.length(64);
  });

  it('says where it is in the PersistentVolume, so that the scheduler places every later pod there', async () => {
    const all = await list(persistentVolumes);
    const { spec } = await space.volume('immediate');
    const volume = all.find(
      (one) => one.spec?.claimRef?.namespace === space.name && one.spec.claimRef.name === 'immediate',
    );
    const terms = volume?.spec?.nodeAffinity?.required?.nodeSelectorTerms;
    expect(terms?.[0]?.matchExpressions).to.deep.equal([
      { key: 'topology.tome.storage/node', operator: 'In', values: [spec.pool.replace(/\.default$/, '')] },
    ]);
  });
});
