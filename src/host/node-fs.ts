import { fromNode } from './errno.ts';

/** Callback of a function of node:fs. */
type Done<T> = (error: NodeJS.ErrnoException | null, value: T) => void;

/**
 * Calls a function of node:fs by its callback form, which costs half of what the promise form does, and rejects with a
 * HostError that says what was being done.
 */
export function viaNode<T = void>(start: (done: Done<T>) => void, doing: () => string): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => {
      if (error) reject(fromNode(error, doing()));
      else resolve(value);
    });
  });
}
