import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { PoolReporter } from '../../src/agent/pool-reporter.ts';
import { reconcileVolume } from '../../src/agent/reconcile-volume.ts';
import { TroubleLog } from '../../src/agent/trouble-log.ts';
import { noEvents } from '../../src/domain/event.ts';
import { registerPool } from '../../src/agent/register-pool.ts';
import { openSqliteCatalog } from '../../src/catalog/sqlite/open-sqlite-catalog.ts';
import type { Catalog } from '../../src/catalog/catalog.ts';
import { createVolume } from '../../src/pool/create-volume.ts';
import { findVolume } from '../../src/pool/find.ts';
import type { Pool } from '../../src/pool/pool.ts';
import { volumeSpec } from '../catalog/fixtures.ts';
import { realSync } from '../catalog/sqlite/scratch.ts';
import { failureOf, host, silent, volume, xfsPlace, type PoolPlace } from '../pool/open-test-pool.ts';

describe('reconcileVolume', () => {
  let place: PoolPlace;
  let pool: Pool;
  let catalog: Catalog;

  beforeEach(async () => {
    place = await xfsPlace();
    pool = await place.open();
    catalog = await openSqliteCatalog({ path: join(place.aside, 'catalog.db'), sync: realSync });
    await registerPool(catalog, 'node', pool.name);
  });
  afterEach(async () => {
    await catalog.close();
    await place.cleanUp();
  });

  const deps = () => {
    const tools = { catalog, events: noEvents, troubles: new TroubleLog(silent) };
    return { ...tools, reporter: new PoolReporter({ ...tools, nodeName: 'node', hasHeartbeat: false }) };
  };
  const listed = (fields: ReturnType<typeof volume>, changes: { size?: number; desired?: 'Absent' } = {}) => {
    const spec = volumeSpec({ ...fields, pool: 'node.test', revision: 2, ...changes });
    return catalog.volumes.create(fields.id, spec, {
      observedRevision: 1,
      ready: true,
      size: fields.size,
      health: [],
      mounts: [],
    });
  };

  it('does not touch another volume that has the id of one in the catalog', async () => {
    const other = await createVolume(pool, volume('one'));
    const resource = await listed({ ...volume('one'), uuid: randomUUID() }, { size: 2 * other.size });
    expect((await failureOf(reconcileVolume(resource, pool, deps()))).reason).to.equal('DataLoss');
    expect(await findVolume(pool, other.id)).to.deep.equal(other);
  });

  it('keeps a deletion that is done, also when the pool does not tell its capacity after it', async () => {
    const record = await createVolume(pool, volume('one'));
    const resource = await listed({ ...volume('one'), uuid: record.uuid }, { desired: 'Absent' });
    const files = { ...host.files, usage: () => Promise.reject(new Error('no answer')) };
    await reconcileVolume(resource, { ...pool, host: { ...host, files } }, deps());
    expect(await catalog.volumes.find(record.id)).to.equal(undefined);
    expect(await findVolume(pool, record.id)).to.equal(undefined);
  });
});
