import type { Catalog, Collection } from '../../src/catalog/catalog.ts';
import type { Resource } from '../../src/domain/resource.ts';
import { changed } from './changed-collection.ts';

/**
 * The catalog as it is from afar: what is read may be out of date by the time it arrives, by as many turns of the
 * event loop as `delays` say, one after another.
 */
export function withStaleReads(catalog: Catalog, delays: readonly number[]): Catalog {
  let reads = 0;
  const lag = async (): Promise<void> => {
    const turns = delays[reads++ % delays.length] ?? 0;
    for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  return { ...catalog, volumes: stale(catalog.volumes, lag) };
}

function stale<R extends Resource<unknown, unknown>>(inner: Collection<R>, lag: () => Promise<void>): Collection<R> {
  return changed(inner, {
    async find(id) {
      const found = await inner.find(id);
      await lag();
      return found;
    },
    async list(query) {
      const found = await inner.list(query);
      await lag();
      return found;
    },
  });
}
