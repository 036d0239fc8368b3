import * as z from 'zod';
import { pathOf, subjectOf, type Api } from './api.ts';
import { expectOk, GoneError } from './api-error.ts';
import type { ApiServer } from './api-server.ts';
import { look } from './requests.ts';

/** What narrows a list, and how much of it an answer has, as the API server takes it. */
export type Query = Readonly<Record<string, string>>;

/** Objects of one answer, unless the query says: what is parsed at once is memory that stays. */
const PAGE = '100';

const pageSchema = z.object({
  metadata: z.object({ resourceVersion: z.string(), continue: z.string().optional() }),
  items: z.array(z.unknown()),
});
export type Page = z.infer<typeof pageSchema>;

interface PageSource {
  readonly list: (query: Query) => Promise<Page>;
}

export interface WholeList<T> {
  readonly objects: readonly T[];
  /** Of the server's data as a whole, as the list shows it. */
  readonly version: string;
}

/** Throws GoneError when the page is of a list too old. */
export async function listPage(
  server: ApiServer,
  api: Api,
  namespace: string | undefined,
  query: Query,
): Promise<Page> {
  const path = `${pathOf(api, namespace)}?${String(new URLSearchParams(query))}`;
  const subject = subjectOf(api, 'list');
  return pageSchema.parse(expectOk(await look(server, { method: 'GET', path }, subject), subject));
}

/**
 * Throws GoneError for a server whose data was restored from a backup: a watch from a version that it has not reached is
 * answered with nothing until it has, and never with what was lost.
 */
export async function requireAhead(client: PageSource, version: string, selector: Query = {}): Promise<void> {
  const { metadata } = await client.list({ limit: '1', ...selector });
  if (BigInt(metadata.resourceVersion) < BigInt(version))
    throw new GoneError(`the API server is at ${metadata.resourceVersion}, and was at ${version} before`);
}

/** All objects as they were at one moment after this call, in the order of their names; what `read` does not return is left out. */
export async function listAll<T>(
  client: PageSource,
  query: Query,
  read: (object: unknown) => T | undefined,
): Promise<WholeList<T>> {
  const objects: T[] = [];
  let next: string | undefined;
  for (;;) {
    const page = { limit: PAGE, ...query, ...(next !== undefined && { continue: next }) };
    const { metadata, items } = await client.list(page);
    objects.push(...items.map(read).filter((object) => object !== undefined));
    if (!metadata.continue) return { objects, version: metadata.resourceVersion };
    next = metadata.continue;
  }
}
