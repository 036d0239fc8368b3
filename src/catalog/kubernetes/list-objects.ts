import * as z from 'zod';
import { expectOk } from './api-error.ts';
import type { ApiServer } from './api-server.ts';
import { look } from './requests.ts';

const PAGE = '500';

const pageSchema = z.object({
  items: z.array(z.unknown()),
  metadata: z.object({ continue: z.string().optional() }),
});

export interface Listed<T> {
  /** Of the API, such as `/api/v1/pods`. */
  readonly path: string;
  /** As in a Role, for the error when it is not allowed. */
  readonly resource: string;
  /** The part of an object that is of interest. */
  readonly schema: z.ZodType<T>;
}

/** All objects of a kind, page by page. Throws Unavailable. */
export async function listObjects<T>(server: ApiServer, { path, resource, schema }: Listed<T>): Promise<readonly T[]> {
  const objects: T[] = [];
  let next = '';
  do {
    const query = new URLSearchParams({ limit: PAGE, ...(next !== '' && { continue: next }) });
    const subject = { verb: 'list', resource };
    const response = await look(server, { method: 'GET', path: `${path}?${String(query)}` }, subject);
    const page = pageSchema.parse(expectOk(response, subject));
    objects.push(...page.items.map((item) => schema.parse(item)));
    next = page.metadata.continue ?? '';
  } while (next !== '');
  return objects;
}
