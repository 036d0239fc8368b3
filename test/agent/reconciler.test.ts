import { expect } from 'chai';
import { soon } from '../support/soon.ts';
import { small, testCluster } from './cluster.ts';
import { refusalOf } from '../support/refusal.ts';
import { GiB } from '../../src/domain/sizes.ts';
import { volumeId } from '../../src/domain/ids.ts';
import { Reconciler } from '../../src/agent/reconciler.ts';
import { TroubleLog } from '../../src/agent/trouble-log.ts';
import type { Catalog } from '../../src/catalog/catalog.ts';
import { modify } from '../../src/catalog/modify.ts';
import { waitUntil } from '../../src/catalog/wait-until.ts';
import { VolumeError } from '../../src/domain/errors.ts';
import type { Volume } from '../../src/domain/volume.ts';
import { readyStatus, volumeSpec, volumeStatus } from '../catalog/fixtures.ts';
import { scratchCatalog } from '../catalog/sqlite/scratch.ts';
import { silent } from '../pool/open-test-pool.ts';
import { changed } from '../support/changed-collection.ts';

describe('Reconciler', () => {
  it('comes back to a resource when the catalog has not taken its answer', async () => {
    const catalog = await scratchCatalog();
    const { volumes } = catalog;
    let refusals = 2;
    const full = () => Promise.reject(new VolumeError('ResourceExhausted', 'the disk of the catalog is full'));
    const reconciler = new Reconciler({
      kind: 'volume',
      collection: changed(volumes, {
        // Both the answer and the word of its failure find the disk full.
        updateStatus: (resource, status) => (refusals-- > 0 ? full() : volumes.updateStatus(resource, status)),
      }),
      isOurs: () => true,
      reconcile: async (volume) => {
        if (refusals-- > 0) await full();
        await volumes.updateStatus(volume, readyStatus);
      },
      log: silent,
      troubles: new TroubleLog(silent),
      retryMs: 1,
    });
    try {
      await volumes.create('vol-1', volumeSpec(), volumeStatus);
      const made = await waitUntil(volumes, 'vol-1', (now) => now?.status.ready === true, soon());
      expect(made?.status).to.deep.equal(readyStatus);
    } finally {
      await reconciler.stop();
      await catalog.close();
    }
  });
});

describe('a request that comes while an answer is on its way', () => {
  let catalog: Catalog;
  beforeEach(async () => {
    catalog = await scratchCatalog();
  });
  afterEach(() => catalog.close());

  it('is not missed, though the look after the answer was before it', async () => {
    const { volumes } = catalog;
    const { promise: arrives, resolve: arrive } = Promise.withResolvers<undefined>();
    const { promise: looked, resolve: look } = Promise.withResolvers<undefined>();
    const done: number[] = [];
    const reconciler = new Reconciler({
      kind: 'volume',
      collection: changed(volumes, {
        find: async (id) => {
          const seen = await volumes.find(id);
          look(undefined);
          await arrives;
          return seen;
        },
      }),
      isOurs: () => true,
      reconcile: async (volume) => {
        done.push(volume.spec.revision);
        await volumes.updateStatus(volume, { ...readyStatus, observedRevision: volume.spec.revision });
      },
      log: silent,
      troubles: new TroubleLog(silent),
    });
    try {
      await volumes.create('vol-1', volumeSpec(), volumeStatus);
      await looked;
      await modify(volumes, 'vol-1', ({ spec }) => ({ ...spec, revision: 2 }));
      arrive(undefined);
      const isDone = (now: Volume | undefined) => now?.status.observedRevision === 2;
      await waitUntil(volumes, 'vol-1', isDone, soon());
      expect(done).to.deep.equal([1, 2]);
    } finally {
      await reconciler.stop();
    }
  });
});

describe('what an agent cannot do for want of room', () => {
  it('is answered with the pool, and thus the node, that lacks it', async () => {
    const cluster = await testCluster(['a']);
    try {
      await cluster.start('a');
      await cluster.controller.createVolume(small('data'));
      const growth = { volumeId: volumeId('data'), capacityRange: { requiredBytes: 100 * GiB } };
      const refusal = await refusalOf(cluster.controller.controllerExpandVolume(growth));
      expect(refusal.code).to.equal('RESOURCE_EXHAUSTED');
      expect(refusal.message).to.match(/^pool a\.default: the pool has .* left to promise/);
    } finally {
      await cluster.cleanUp();
    }
  });
});
