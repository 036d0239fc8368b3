import { expect } from 'chai';
import * as z from 'zod';
import { ApiServer } from '../../../src/catalog/kubernetes/api-server.ts';
import { KubernetesEvents } from '../../../src/catalog/kubernetes/event-recorder.ts';
import { openKubernetesCatalog } from '../../../src/catalog/kubernetes/open-kubernetes-catalog.ts';
import type { DomainEvent } from '../../../src/domain/event.ts';
import { aboutVolume } from '../../../src/domain/volume-name.ts';
import { sharedApiServer, type TestApiServer } from '../../support/api-server.ts';
import { poolSpec, poolStatus } from '../fixtures.ts';
import { silent } from './silent.ts';
import { wipe } from './wipe.ts';

const UID = '0d3f3c1e-6b8a-4f0e-9d53-2f2a4f1a7c55';

const eventsSchema = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      involvedObject: z.object({ kind: z.string(), name: z.string(), uid: z.string().optional() }),
      type: z.string(),
      reason: z.string(),
      message: z.string(),
      count: z.int(),
    }),
  ),
});

describe('events of Kubernetes', function () {
  this.timeout(60_000);
  let server: TestApiServer;
  let admin: ApiServer;
  let recorder: KubernetesEvents;
  before(async () => {
    server = await sharedApiServer();
    await wipe(server);
  });
  beforeEach(() => {
    admin = new ApiServer(server.credentials('admin'), 10_000);
    recorder = new KubernetesEvents({ credentials: server.credentials('admin'), log: silent, nodeName: 'node-a' });
  });
  afterEach(async () => {
    await recorder.close();
    for (const { metadata } of await events()) {
      await admin.request({ method: 'DELETE', path: `/api/v1/namespaces/default/events/${metadata.name}` });
    }
    admin.close();
  });

  const events = async () => {
    const { body } = await admin.request({ method: 'GET', path: '/api/v1/namespaces/default/events' });
    return eventsSchema.parse(body).items;
  };
  const until = async (isSo: (found: Awaited<ReturnType<typeof events>>) => boolean) => {
    const limit = Date.now() + 20_000;
    for (;;) {
      const found = await events();
      if (isSo(found)) return found;
      if (Date.now() > limit) throw new Error(`no such event: ${JSON.stringify(found)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const about = aboutVolume({ id: 'vol-1', spec: { name: `pvc-${UID}`, claim: 'default/data' } });
  const full = (message: string): DomainEvent => ({ about, type: 'Warning', reason: 'ImageMissing', message });

  it('are on the claim of a volume; said again, one is counted and says the newest', async () => {
    recorder.record(full('first'));
    recorder.record(full('second'));
    recorder.record(full('third'));
    const [found] = await until(([event]) => event?.count === 3);
    expect(found).to.deep.include({ type: 'Warning', reason: 'ImageMissing', message: 'third' });
    expect(found?.involvedObject).to.include({ kind: 'PersistentVolumeClaim', name: 'data', uid: UID });
  });

  it('are on our own resource where there is no claim, and found by its uid', async () => {
    const catalog = openKubernetesCatalog({ credentials: server.credentials('admin'), log: silent });
    await catalog.pools.create('node-a.default', poolSpec, poolStatus);
    await catalog.close();
    const pool = { kind: 'Pool', id: 'node-a.default' } as const;
    recorder.record({ about: pool, type: 'Normal', reason: 'PoolHealthy', message: 'well again' });
    const [found] = await until(({ length }) => length === 1);
    expect(found?.involvedObject).to.include({ kind: 'Pool', name: 'node-a.default' });
    expect(found?.involvedObject.uid).to.be.a('string');
  });

  it('come when the API server is back', async () => {
    await server.kill();
    recorder.record(full('while it was away'));
    await server.start();
    await until(([event]) => event?.message === 'while it was away');
  });
});
