import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import { attachImage } from '../../src/pool/attach-image.ts';
import { createVolume } from '../../src/pool/create-volume.ts';
import { imageUsage } from '../../src/pool/image-usage.ts';
import { loopLabel } from '../../src/pool/loop-label.ts';
import type { Pool } from '../../src/pool/pool.ts';
import { host, volume, xfsPlace, type PoolPlace } from './open-test-pool.ts';

describe('attachImage', () => {
  let place: PoolPlace;
  let pool: Pool;

  before(async () => {
    place = await xfsPlace();
    pool = await place.open();
  });
  after(() => place.cleanUp());

  it('attaches read-only for readers, with a label that says who', async () => {
    const record = await createVolume(pool, volume('one'));
    const reader = await attachImage(pool, record, { access: 'reader', autoclear: true });
    expect(reader.device).to.include({ readOnly: true, autoclear: true, label: loopLabel(pool, record.id, 'reader') });
    const writer = await attachImage(pool, record, { access: 'writers', autoclear: true });
    expect(writer.device).to.include({ readOnly: false });
    reader.close();
    writer.close();
    expect((await imageUsage(pool, record.id)).loops).to.deep.equal([]);
  });

  it('uses a device of ours again, under the label of the new access', async () => {
    const record = await createVolume(pool, volume('two'));
    const first = await attachImage(pool, record, { access: 'writers', autoclear: false });
    const second = await attachImage(pool, record, { access: 'single-writer', autoclear: false });
    expect(second.device.path).to.equal(first.device.path);
    expect((await imageUsage(pool, record.id)).loops.map(({ access }) => access)).to.deep.equal(['single-writer']);
    first.close();
    second.close();
    await host.loops.detach(first.device.path);
  });

  it('keeps discards away from a thick image, and lets a thin one have them', async () => {
    for (const provisioning of ['thick', 'thin'] as const) {
      const record = await createVolume(pool, volume(provisioning, { provisioning }));
      const attached = await attachImage(pool, record, { access: 'writers', autoclear: true });
      const limit = await readFile(`/sys/block/loop${attached.device.number}/queue/discard_max_bytes`, 'utf8');
      attached.close();
      expect(Number(limit) > 0, provisioning).to.equal(provisioning === 'thin');
    }
  });
});
