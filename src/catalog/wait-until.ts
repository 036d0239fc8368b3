import { VolumeError } from '../domain/errors.ts';
import type { Resource } from '../domain/resource.ts';
import type { Collection } from './catalog.ts';

/**
 * Resolves with the resource, or undefined when there is none, as soon as `predicate` is true of it: now, or after a
 * change. It is told by the collection's watch and looks at each change of this resource, in order. Rejects with
 * Cancelled when `signal` aborts, with what `predicate` throws, and when the first look fails. A caller that makes the
 * resource gives its creation as `first`, which says as much as a look and spares one.
 */
export async function waitUntil<R extends Resource<unknown, unknown>>(
  collection: Collection<R>,
  id: string,
  predicate: (resource: R | undefined) => boolean,
  signal: AbortSignal,
  first: () => Promise<R | undefined> = () => collection.find(id),
): Promise<R | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<R | undefined>();
  const look = (resource: R | undefined): void => {
    try {
      if (predicate(resource)) resolve(resource);
    } catch (error) {
      reject(error instanceof Error ? error : new Error(String(error)));
    }
  };
  const cancel = (): void => {
    reject(new VolumeError('Cancelled', `gave up waiting for ${id}`, { cause: signal.reason }));
  };

  // Watched before the first look, so that no change can fall between the two. The first look may be older than a
  // change that overtook it, and is then left out: what follows it is told anyway.
  let told = false;
  const stop = collection.watch(({ resource }) => {
    told = true;
    look(resource);
  }, id);
  const lookFirst = (): void => {
    first().then((resource) => {
      if (!told) look(resource);
    }, reject);
  };
  signal.addEventListener('abort', cancel, { once: true });
  try {
    if (signal.aborted) cancel();
    else lookFirst();
    return await promise;
  } finally {
    stop();
    signal.removeEventListener('abort', cancel);
  }
}
