import { ConflictError, type Catalog, type Collection } from '../catalog/catalog.ts';
import { messageOf } from '../domain/errors.ts';
import type { Resource } from '../domain/resource.ts';

/** The catalog did not do what it was asked: says nothing about storage, and is never an answer to a request. */
export class CatalogError extends Error {
  override readonly name = 'CatalogError';

  constructor(cause: unknown) {
    super(messageOf(cause), { cause });
  }
}

/** The catalog with every error but a conflict as a CatalogError, so that the agent can tell them from those of a pool. */
export function withMarkedErrors(catalog: Catalog): Catalog {
  return {
    volumes: marked(catalog.volumes),
    snapshots: marked(catalog.snapshots),
    groups: marked(catalog.groups),
    pools: marked(catalog.pools),
    quotas: marked(catalog.quotas),
    check: () => catalog.check(),
    close: () => catalog.close(),
  };
}

function marked<R extends Resource<unknown, unknown>>(inner: Collection<R>): Collection<R> {
  return {
    find: (id) => mark(inner.find(id)),
    list: (query) => mark(inner.list(query)),
    create: (id, spec, status) => mark(inner.create(id, spec, status)),
    update: (resource, spec) => mark(inner.update(resource, spec)),
    updateStatus: (resource, status) => mark(inner.updateStatus(resource, status)),
    remove: (resource) => mark(inner.remove(resource)),
    forget: (resource) => mark(inner.forget(resource)),
    durable: () => mark(inner.durable()),
    watch: (listener, id) => inner.watch(listener, id),
  };
}

async function mark<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof ConflictError ? error : new CatalogError(error);
  }
}
