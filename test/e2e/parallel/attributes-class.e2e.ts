import { expect } from 'chai';
import { checksum, writeData } from '../support/data.ts';
import { patch } from '../support/objects.ts';
import { useSpace } from '../support/use-space.ts';
import { waitFor } from '../support/wait.ts';

describe('a VolumeAttributesClass', () => {
  const space = useSpace('attributes');

  it('is applied at creation, and another one to the volume in use', async () => {
    const claim = await space.claim('tagged', { attributesClass: 'tome-blue' });
    const pod = await space.runningPod('tagged', {});
    const written = await writeData(pod);
    expect((await space.volume('tagged')).spec.tags).to.deep.equal({ team: 'blue' });

    await patch(claim, { spec: { volumeAttributesClassName: 'tome-green' } });
    const current = (name: string | undefined) => name === 'tome-green';
    await waitFor(claim, 'green', (object) => current(object?.status?.currentVolumeAttributesClassName));
    expect((await space.volume('tagged')).spec.tags).to.deep.equal({ team: 'green', tier: 'gold' });
    expect(await checksum(pod)).to.equal(written);
  });
});
