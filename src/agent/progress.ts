import type { Collection } from '../catalog/catalog.ts';
import type { DomainEvent, EventRecorder } from '../domain/event.ts';
import { isSettled, type Progress, type Resource } from '../domain/resource.ts';
import { formatSize } from '../domain/sizes.ts';
import { answer } from './answer.ts';

const INTERVAL_MS = 500;

/** Milliseconds after which people are told that a copy takes its time, and between two such notes. */
const LONG_MS = 10_000;
const AGAIN_MS = 60_000;

type Copied = Resource<
  { uuid: string; pool: string; revision: number },
  { observedRevision: number; progress?: Progress | undefined }
>;

/**
 * A callback that puts the progress of a copy into a resource's status, twice a second at most. What the catalog does not
 * take is left out: the next one says more.
 */
export function progressReporter<R extends Copied>(
  collection: Collection<R>,
  resource: R,
  events: EventRecorder,
  about: DomainEvent['about'],
): (copiedBytes: number, totalBytes: number) => void {
  let last = 0;
  let nextNote = Date.now() + LONG_MS;
  return (copiedBytes, totalBytes) => {
    const now = Date.now();
    if (now - last < INTERVAL_MS) return;
    last = now;
    const progress = { copiedBytes, totalBytes };
    // Not after the end of the copy: what is answered stays as it is.
    answer(collection, resource, (present) => (isSettled(present) ? undefined : { ...present.status, progress })).catch(
      () => undefined,
    );
    if (now < nextNote) return;
    nextNote = now + AGAIN_MS;
    const message = `copied ${formatSize(copiedBytes)} of ${formatSize(totalBytes)}`;
    events.record({ about, type: 'Normal', reason: 'Copying', message });
  };
}
