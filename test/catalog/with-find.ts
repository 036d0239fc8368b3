import type { Collection } from '../../src/catalog/catalog.ts';
import type { Volume } from '../../src/domain/volume.ts';

/** The collection, but for what its `find` does: to be late or early on demand. */
export function withFind(volumes: Collection<Volume>, find: Collection<Volume>['find']): Collection<Volume> {
  return {
    find,
    list: (query) => volumes.list(query),
    create: (...args) => volumes.create(...args),
    update: (...args) => volumes.update(...args),
    updateStatus: (...args) => volumes.updateStatus(...args),
    remove: (resource) => volumes.remove(resource),
    forget: (resource) => volumes.forget(resource),
    durable: () => volumes.durable(),
    watch: (...args) => volumes.watch(...args),
  };
}
