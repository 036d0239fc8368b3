import type { Collection } from '../../catalog/catalog.ts';
import { waitUntil } from '../../catalog/wait-until.ts';
import { reasons, VolumeError } from '../../domain/errors.ts';
import type { Failure, Progress, Resource } from '../../domain/resource.ts';
import type { Call } from '../server/unary.ts';
import type { Asking } from './deps.ts';
import { whyWaiting } from './why-waiting.ts';

interface Request {
  readonly desired: 'Present' | 'Absent';
  readonly revision: number;
  readonly uuid: string;
  readonly pool: string;
  readonly home?: string | undefined;
  readonly name: string;
  readonly claim?: string | undefined;
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
/** After this long it is worth a look whether there is anybody to wait for. */
const LOOK_MS = 2_000;
/** Left for the answer to reach the caller before its deadline. */
const ANSWER_MS = 250;

/**
 * Waits until `isDone` is true of the resource (undefined when there is none), and returns it as it was then. The work
 * itself is the agent's and goes on whatever happens here: after 15 s, soon when nobody acts for its pool, or just before
 * the call's deadline, throws Aborted with the progress or what is in the way; throws Cancelled when the caller gave up.
 * Safe to repeat: the next call waits for the same work. `first` is as in `waitUntil`.
 */
export async function awaitAgent<R extends Requested>(
  collection: Collection<R>,
  id: string,
  isDone: (resource: R | undefined) => boolean,
  asking: Asking,
  call: Call,
  first?: () => Promise<R>,
): Promise<R | undefined> {
  const patience = new AbortController();
  const giveUp = (): void => {
    patience.abort(call.signal.reason);
  };
  const why = async () => whyWaiting(id, await collection.find(id), asking);
  const timer = setTimeout(giveUp, patienceOf(call));
  const look = setTimeout(() => {
    why().then(({ isHopeless }) => {
      if (isHopeless) giveUp();
    }, giveUp);
  }, LOOK_MS);
  call.signal.addEventListener('abort', giveUp, { once: true });
  if (call.signal.aborted) giveUp();
  try {
    return await waitUntil(collection, id, isDone, patience.signal, first);
  } catch (error) {
    if (!patience.signal.aborted || call.signal.aborted) throw error;
    throw new VolumeError('Aborted', (await why()).message, { cause: error });
  } finally {
    clearTimeout(timer);
    clearTimeout(look);
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
