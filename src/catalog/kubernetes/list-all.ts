import * as z from 'zod';
import type { ResourceClient } from './resource-client.ts';
import type { StoredObject } from './stored-object.ts';

/** Objects of one answer: what is parsed at once is memory that stays. */
const PAGE = 100;

export const listSchema = z.object({
  metadata: z.object({ resourceVersion: z.string(), continue: z.string().optional() }),
  items: z.array(z.unknown()),
});

export interface WholeList<Spec, Status> {
  readonly objects: readonly StoredObject<Spec, Status>[];
  /** Of the server's data as a whole, as the list shows it. */
  readonly version: string;
}

/** All objects as they were at one moment after this call, in the order of their names; what `read` does not return is left out. */
export async function listAll<Spec, Status>(
  client: ResourceClient<Spec, Status>,
  selector: Readonly<Record<string, string>>,
  read: (object: unknown) => StoredObject<Spec, Status> | undefined,
): Promise<WholeList<Spec, Status>> {
  const objects: StoredObject<Spec, Status>[] = [];
  let next: string | undefined;
  for (;;) {
    const page = { limit: String(PAGE), ...selector, ...(next !== undefined && { continue: next }) };
    const { metadata, items } = listSchema.parse(await client.list(page));
    for (const item of items) {
      const object = read(item);
      if (object !== undefined) objects.push(object);
    }
    if (!metadata.continue) return { objects, version: metadata.resourceVersion };
    next = metadata.continue;
  }
}
