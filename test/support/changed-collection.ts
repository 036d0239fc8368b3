import type { Collection } from '../../src/catalog/catalog.ts';
import type { Resource } from '../../src/domain/resource.ts';

/** The collection, but for what some of its methods do. */
export function changed<R extends Resource<unknown, unknown>>(
  inner: Collection<R>,
  methods: Partial<Collection<R>>,
): Collection<R> {
  return {
    find: (id) => inner.find(id),
    list: (query) => inner.list(query),
    create: (id, spec, status) => inner.create(id, spec, status),
    update: (resource, spec) => inner.update(resource, spec),
    updateStatus: (resource, status) => inner.updateStatus(resource, status),
    remove: (resource) => inner.remove(resource),
    forget: (resource) => inner.forget(resource),
    durable: () => inner.durable(),
    watch: (listener, id) => inner.watch(listener, id),
    ...methods,
  };
}
