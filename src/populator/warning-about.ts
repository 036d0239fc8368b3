import { events } from '../catalog/kubernetes/apis.ts';
import type { Place } from '../catalog/kubernetes/api.ts';
import type { ObjectClient } from '../catalog/kubernetes/object-client.ts';
import { eventSchema } from './objects.ts';

/** What the newest warning about a claim says; undefined when there is none. */
export async function warningAbout({ namespace, name }: Place, client: ObjectClient): Promise<string | undefined> {
  const about = { 'involvedObject.kind': 'PersistentVolumeClaim', 'involvedObject.name': name, type: 'Warning' };
  const fieldSelector = Object.entries(about)
    .map(([field, value]) => `${field}=${value}`)
    .join();
  const warnings = await client.list(events, namespace, { fieldSelector }, eventSchema);
  return warnings.toSorted((a, b) => a.lastTimestamp.localeCompare(b.lastTimestamp)).at(-1)?.message;
}
