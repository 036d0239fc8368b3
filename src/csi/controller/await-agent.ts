import type { Collection } from '../../catalog/catalog.ts';
import { waitUntil } from '../../catalog/wait-until.ts';
import { reasons, VolumeError } from '../../domain/errors.ts';
import type { Failure, Progress, Resource } from '../../domain/resource.ts';
import { formatSize } from '../../domain/sizes.ts';
import type { Call } from '../server/unary.ts';

interface Request {
  readonly desired: 'Present' | 'Absent';
  readonly revision: number;
  readonly uuid: string;
}

interface Answer {
  readonly observedRevision: number;
  readonly ready: boolean;
  readonly failure?: Failure | undefined;
  readonly progress?: Progress | undefined;
}

/** What the controller asks an agent for work through. */
export type Requested = Resource<Request, Answer>;

/** Longer waits help nobody: the caller's next try finds the work where it is by then. */
const PATIENCE_MS = 15_000;
/** Left for the answer to reach the caller before its deadline. */
const ANSWER_MS = 250;

/**
 * Waits until `isDone` is true of the resource (undefined when there is none), and returns it as it was then. The work
 * itself is the agent's and goes on whatever happens here: after 15 s, or just before the call's deadline, throws Aborted
 * with the progress; throws Cancelled when the caller gave up. Safe to repeat: the next call waits for the same work.
 */
export async function awaitAgent<R extends Requested>(
  collection: Collection<R>,
  id: string,
  isDone: (resource: R | undefined) => boolean,
  call: Call,
): Promise<R | undefined> {
  const patience = new AbortController();
  const giveUp = (): void => {
    patience.abort(call.signal.reason);
  };
  const timer = setTimeout(giveUp, patienceOf(call));
  call.signal.addEventListener('abort', giveUp, { once: true });
  if (call.signal.aborted) giveUp();
  try {
    return await waitUntil(collection, id, isDone, patience.signal);
  } catch (error) {
    if (!patience.signal.aborted || call.signal.aborted) throw error;
    throw new VolumeError('Aborted', stillRunning(id, await collection.find(id)), { cause: error });
  } finally {
    clearTimeout(timer);
    call.signal.removeEventListener('abort', giveUp);
  }
}

/** What the agent could not do, as an error; undefined when it has no complaint. */
export function failureOf({ status: { failure } }: Requested): VolumeError | undefined {
  if (failure === undefined) return undefined;
  const reason = reasons.find((known) => known === failure.reason) ?? 'Internal';
  return new VolumeError(reason, failure.message);
}

function patienceOf({ deadline }: Call): number {
  return Math.min(Math.max(deadline - Date.now() - ANSWER_MS, 0), PATIENCE_MS);
}

function stillRunning(id: string, resource: Requested | undefined): string {
  const progress = resource?.status.progress;
  if (progress === undefined) return `work on ${id} is not done yet; try again`;
  const { copiedBytes, totalBytes } = progress;
  return `${id}: copied ${formatSize(copiedBytes)} of ${formatSize(totalBytes)}, try again`;
}
