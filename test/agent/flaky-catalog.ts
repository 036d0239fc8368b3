import type { Catalog, Collection } from '../../src/catalog/catalog.ts';
import { VolumeError } from '../../src/domain/errors.ts';
import type { Resource } from '../../src/domain/resource.ts';

/** Whether the catalog is away now, and how often it was asked in vain. */
export interface Outage {
  isAway: boolean;
  refused: number;
  /** Away from the n-th call on, counted down. */
  callsLeft: number;
}

/** A catalog that does not answer while it is away; watches go silent then only because nothing is written. */
export function flakyCatalog(catalog: Catalog): { catalog: Catalog; outage: Outage } {
  const outage: Outage = { isAway: false, refused: 0, callsLeft: Infinity };
  const pass = async <T>(work: () => Promise<T>): Promise<T> => {
    await Promise.resolve();
    outage.callsLeft -= 1;
    if (!outage.isAway && outage.callsLeft >= 0) return await work();
    outage.refused += 1;
    throw new VolumeError('Unavailable', 'no answer from the API server');
  };
  const { volumes, snapshots, groups, pools, quotas } = catalog;
  return {
    outage,
    catalog: {
      volumes: flaky(volumes, pass),
      snapshots: flaky(snapshots, pass),
      groups: flaky(groups, pass),
      pools: flaky(pools, pass),
      quotas: flaky(quotas, pass),
      check: () => pass(() => catalog.check()),
      close: () => catalog.close(),
    },
  };
}

function flaky<R extends Resource<unknown, unknown>>(
  inner: Collection<R>,
  pass: <T>(work: () => Promise<T>) => Promise<T>,
): Collection<R> {
  return {
    find: (id) => pass(() => inner.find(id)),
    list: (query) => pass(() => inner.list(query)),
    create: (id, spec, status) => pass(() => inner.create(id, spec, status)),
    update: (resource, spec) => pass(() => inner.update(resource, spec)),
    updateStatus: (resource, status) => pass(() => inner.updateStatus(resource, status)),
    remove: (resource) => pass(() => inner.remove(resource)),
    forget: (resource) => pass(() => inner.forget(resource)),
    durable: () => pass(() => inner.durable()),
    watch: (listener, id) => inner.watch(listener, id),
  };
}
