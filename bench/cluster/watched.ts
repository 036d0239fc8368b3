import { createInterface } from 'node:readline';
import type { KubernetesObject } from '@kubernetes/client-node';
import * as z from 'zod';
import { open } from '../../test/e2e/support/connection.ts';
import type { Kind } from '../../test/e2e/support/kinds.ts';
import { collection, listWithVersion, type Selection } from '../../test/e2e/support/objects.ts';

const eventSchema = z.object({ type: z.string(), object: z.unknown() });

/** Milliseconds. */
const PATIENCE_MS = 900_000;

/**
 * Objects as one watch tells of them. It is there before anything happens, so that the moment in which an event comes is
 * the one in which everybody who watches hears of it.
 */
export class Watched<T extends KubernetesObject> implements Disposable {
  readonly #kind: Kind<T>;
  readonly #present: Map<string, T>;
  readonly #looks = new Set<() => void>();
  readonly #listeners = new Set<(object: T) => void>();
  readonly #ending = new AbortController();
  readonly #ended = Promise.withResolvers<never>();

  private constructor(kind: Kind<T>, items: readonly T[]) {
    this.#kind = kind;
    this.#present = new Map(items.map((item) => [keyOf(item), item]));
    // Heard of by those who wait for something.
    this.#ended.promise.catch(() => undefined);
  }

  static async open<T extends KubernetesObject>(kind: Kind<T>, selection: Selection = {}): Promise<Watched<T>> {
    const { items, version } = await listWithVersion(kind, selection);
    const watched = new Watched(kind, items);
    void watched.#follow(selection, version);
    return watched;
  }

  get objects(): readonly T[] {
    return [...this.#present.values()];
  }

  /** Tells of every object that is new or changed, until it is disposed of. */
  onChange(listener: (object: T) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) };
  }

  /** Resolves in the moment in which the objects are as wanted. Throws after a quarter of an hour, or when the watch ends. */
  async until(what: string, accept: (objects: readonly T[]) => boolean): Promise<void> {
    const accepted = Promise.withResolvers<undefined>();
    const look = (): void => {
      if (accept(this.objects)) accepted.resolve(undefined);
    };
    const timer = setTimeout(() => {
      accepted.reject(new Error(`${this.#kind.plural} were not ${what} within ${PATIENCE_MS / 1000} s`));
    }, PATIENCE_MS);
    this.#looks.add(look);
    try {
      look();
      await Promise.race([accepted.promise, this.#ended.promise]);
    } finally {
      clearTimeout(timer);
      this.#looks.delete(look);
    }
  }

  [Symbol.dispose](): void {
    this.#ending.abort();
  }

  async #follow({ namespace, ...selectors }: Selection, resourceVersion: string): Promise<void> {
    const query = new URLSearchParams({ ...selectors, watch: 'true', resourceVersion, timeoutSeconds: '3600' });
    const path = `${collection(this.#kind, namespace)}?${query.toString()}`;
    try {
      const input = await open({ method: 'GET', path, signal: this.#ending.signal });
      for await (const line of createInterface({ input })) {
        const { type, object } = eventSchema.parse(JSON.parse(line));
        if (type === 'ERROR') throw new Error(line);
        this.#take(type, this.#kind.of(object));
      }
      throw new Error('the API server ended it');
    } catch (cause) {
      this.#ended.reject(new Error(`the watch of ${this.#kind.plural} broke`, { cause }));
    }
  }

  #take(type: string, object: T): void {
    if (type === 'DELETED') this.#present.delete(keyOf(object));
    else this.#present.set(keyOf(object), object);
    if (type !== 'DELETED') for (const listener of this.#listeners) listener(object);
    for (const look of this.#looks) look();
  }
}

function keyOf({ metadata }: KubernetesObject): string {
  return `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`;
}
