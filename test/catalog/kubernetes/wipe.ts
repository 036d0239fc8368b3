import * as z from 'zod';
import { ApiServer } from '../../../src/catalog/kubernetes/api-server.ts';
import type { TestApiServer } from '../../support/api-server.ts';

const itemsSchema = z.object({ items: z.array(z.object({ metadata: z.object({ name: z.string() }) })) });

/** Removes every resource of ours, whatever keeps it. */
export async function wipe(server: TestApiServer): Promise<void> {
  const admin = new ApiServer(server.credentials('admin'), 10_000);
  try {
    for (const plural of [
      'volumes',
      'snapshots',
      'snapshotgroups',
      'pools',
      'quotas',
      'volumetemplates',
      'volumetemplategroups',
    ]) {
      const path = `/apis/tome.storage/v1alpha1/${plural}`;
      const { items } = itemsSchema.parse((await admin.request({ method: 'GET', path })).body);
      await Promise.all(items.map(({ metadata }) => erase(admin, `${path}/${metadata.name}`)));
    }
  } finally {
    admin.close();
  }
}

async function erase(admin: ApiServer, path: string): Promise<void> {
  const contentType = 'application/merge-patch+json';
  await admin.request({ method: 'PATCH', path, body: { metadata: { finalizers: null } }, contentType });
  await admin.request({ method: 'DELETE', path });
}
