import type { Collection, ListQuery } from '../../catalog/catalog.ts';
import { VolumeError } from '../../domain/errors.ts';
import { isId, isIdOfVolume } from '../../domain/ids.ts';
import type { Resource } from '../../domain/resource.ts';

export interface Page {
  /** Empty at the start. */
  readonly after: string;
  /** Infinity when all are wanted. */
  readonly limit: number;
}

const CHUNK = 1000;

/**
 * A token is the last id of the page before, which stays good when that one is deleted. Throws InvalidArgument for a
 * negative number of entries, Aborted for a token that was never given out.
 */
export function parsePage(request: { maxEntries: number; startingToken: string }, kind: 'vol' | 'snap'): Page {
  const { maxEntries, startingToken } = request;
  if (maxEntries < 0) throw new VolumeError('InvalidArgument', `max_entries must be 0 or more, not ${maxEntries}`);
  const isOfKind =
    kind === 'vol' ? isIdOfVolume(startingToken) : isId(startingToken) && startingToken.startsWith('snap-');
  if (startingToken !== '' && !isOfKind) {
    throw new VolumeError('Aborted', 'starting_token is not one of ours: list again from the start');
  }
  return { after: startingToken, limit: maxEntries === 0 ? Infinity : maxEntries };
}

/** Up to a page of what `isWanted`, and the token of the next page, empty when there is none. */
export async function readPage<R extends Resource<unknown, unknown>>(
  collection: Collection<R>,
  { after, limit }: Page,
  isWanted?: (resource: R) => boolean,
  query: ListQuery = {},
): Promise<{ entries: readonly R[]; nextToken: string }> {
  const found: R[] = [];
  const size = isWanted === undefined ? Math.min(limit + 1, CHUNK) : CHUNK;
  let start = after;
  // One more than asked for tells whether there is a next page.
  while (found.length <= limit) {
    const chunk = await collection.list({ ...query, after: start, limit: size });
    found.push(...(isWanted === undefined ? chunk : chunk.filter(isWanted)));
    start = chunk.at(-1)?.id ?? start;
    if (chunk.length < size) break;
  }
  const entries = found.length > limit ? found.slice(0, limit) : found;
  return { entries, nextToken: found.length > limit ? (entries.at(-1)?.id ?? '') : '' };
}
