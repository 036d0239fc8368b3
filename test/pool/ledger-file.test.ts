import { expect } from 'chai';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSnapshot } from '../../src/pool/create-snapshot.ts';
import { createVolume } from '../../src/pool/create-volume.ts';
import { leaveLedger, takeLedger } from '../../src/pool/ledger-file.ts';
import { scanImages } from '../../src/pool/scan.ts';
import { updateVolume } from '../../src/pool/update-volume.ts';
import type { Pool } from '../../src/pool/pool.ts';
import { snapshot, volume, xfsPlace, type PoolPlace } from './open-test-pool.ts';

describe('the ledger that a run leaves for the next', () => {
  let place: PoolPlace;
  let pool: Pool;

  beforeEach(async () => {
    place = await xfsPlace();
    pool = await place.open();
    const { id } = await createVolume(pool, volume('one'));
    await createSnapshot(pool, snapshot('cut', id));
  });
  afterEach(() => place.cleanUp());

  const leave = () => leaveLedger(pool, { entries: [...pool.ledger.entries()], unreadable: 4096 });

  it('is taken once, and is gone before it is used', async () => {
    await leave();
    expect(await takeLedger(pool)).to.deep.include({ entries: [...pool.ledger.entries()], unreadable: 4096 });
    expect(await readdir(pool.path)).to.not.include('ledger.json');
    expect(await takeLedger(pool)).to.equal(undefined);
  });

  it('says which volumes are of a pool that nodes share, as a look at all records does', async () => {
    const directory = { stores: 'elsewhere', sharedPool: 'shared.objects' } as const;
    const { id } = await createVolume(pool, { ...volume('many', { fsType: 'objects' }), directory });
    await updateVolume(pool, id, { tags: { a: 'b' } });
    expect(pool.ledger.get(id)).to.include({ bytes: 0, sharedPool: 'shared.objects' });
    const { entries } = await scanImages(pool);
    expect(entries.find((entry) => entry.id === id)).to.deep.equal(pool.ledger.get(id));
    await leave();
    const left = await takeLedger(pool);
    expect(left?.entries.find((entry) => entry.id === id)).to.deep.equal(pool.ledger.get(id));
  });

  it('does not count when something was added or removed since', async () => {
    await leave();
    await mkdir(join(pool.path, 'volumes', volume('by hand').id));
    expect(await takeLedger(pool)).to.equal(undefined);

    await leaveLedger(pool, { entries: [], unreadable: 0 });
    expect(await takeLedger(pool)).to.equal(undefined);
  });

  it('does not count when it is of another pool, or not whole', async () => {
    await leaveLedger({ ...pool, uuid: 'another' }, { entries: [...pool.ledger.entries()], unreadable: 0 });
    expect(await takeLedger(pool)).to.equal(undefined);
    for (const text of ['', '{"format": 1', '{"format": 2}']) {
      await writeFile(join(pool.path, 'ledger.json'), text);
      expect(await takeLedger(pool), text).to.equal(undefined);
    }
  });
});
