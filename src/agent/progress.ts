import type { Collection } from '../catalog/catalog.ts';
import { modifyStatus } from '../catalog/modify.ts';
import type { Progress, Resource } from '../domain/resource.ts';

const INTERVAL_MS = 500;

/** A callback that puts the progress of a copy into a resource's status, twice a second at most. */
export function progressReporter<R extends Resource<unknown, { progress?: Progress | undefined }>>(
  collection: Collection<R>,
  id: string,
): (copiedBytes: number, totalBytes: number) => void {
  let last = 0;
  return (copiedBytes, totalBytes) => {
    const now = Date.now();
    if (now - last < INTERVAL_MS) return;
    last = now;
    void modifyStatus(collection, id, ({ status }) => ({ ...status, progress: { copiedBytes, totalBytes } }));
  };
}
