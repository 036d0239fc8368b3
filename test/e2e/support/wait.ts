import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { KubernetesObject } from '@kubernetes/client-node';
import * as z from 'zod';
import { open } from './connection.ts';
import type { Kind } from './kinds.ts';
import { messagesAbout } from './messages.ts';
import { collection, describeReference, find, listWithVersion, type Reference, type Selection } from './objects.ts';

const eventSchema = z.object({ type: z.string(), object: z.unknown() });

/** How long to wait before asking an API server again that did not answer, in milliseconds. */
const RETRY_MS = 200;

/**
 * Watches one object until it is as wanted; `undefined` stands for one that does not exist. Throws after `timeoutMs`, with
 * the object's status and its events.
 */
export async function waitFor<T extends KubernetesObject>(
  reference: Reference<T>,
  what: string,
  accept: (object: T | undefined) => boolean,
  timeoutMs = 90_000,
): Promise<T | undefined> {
  const selection = { namespace: reference.namespace, fieldSelector: `metadata.name=${reference.name}` };
  const accepted = await watchUntil(reference.kind, selection, ([object]) => accept(object), timeoutMs);
  if (accepted !== undefined) return accepted[0];
  throw new Error(await describeFailure(reference, what, timeoutMs));
}

/** As `waitFor`, for all objects of a selection; undefined when it took too long. */
export async function watchUntil<T extends KubernetesObject>(
  kind: Kind<T>,
  selection: Selection,
  accept: (objects: readonly T[]) => boolean,
  timeoutMs = 90_000,
): Promise<readonly T[] | undefined> {
  const deadline = new AbortController();
  const timer = setTimeout(() => {
    deadline.abort();
  }, timeoutMs);
  try {
    for (;;) {
      const accepted = await followOnce(kind, selection, accept, deadline.signal);
      if (accepted !== undefined || deadline.signal.aborted) return accepted;
      await delay(RETRY_MS);
    }
  } finally {
    clearTimeout(timer);
    deadline.abort();
  }
}

/** One list and its watch; undefined when that ended, for whatever reason, before the objects were as wanted. */
async function followOnce<T extends KubernetesObject>(
  kind: Kind<T>,
  selection: Selection,
  accept: (objects: readonly T[]) => boolean,
  signal: AbortSignal,
): Promise<readonly T[] | undefined> {
  try {
    const { items, version } = await listWithVersion(kind, selection);
    const present = new Map(items.map((item) => [keyOf(item), item]));
    if (accept(items)) return items;
    for await (const { type, object } of watch(kind, selection, version, signal)) {
      if (type === 'DELETED') present.delete(keyOf(object));
      else present.set(keyOf(object), object);
      const objects = [...present.values()];
      if (accept(objects)) return objects;
    }
  } catch (error) {
    if (error instanceof Error && error.name === 'AssertionError') throw error;
  }
  return undefined;
}

async function* watch<T extends KubernetesObject>(
  kind: Kind<T>,
  { namespace, ...selectors }: Selection,
  resourceVersion: string,
  signal: AbortSignal,
): AsyncGenerator<{ type: string; object: T }> {
  const query = new URLSearchParams({ ...selectors, watch: 'true', resourceVersion });
  const input = await open({ method: 'GET', path: `${collection(kind, namespace)}?${query.toString()}`, signal });
  try {
    for await (const line of createInterface({ input })) {
      const { type, object } = eventSchema.parse(JSON.parse(line));
      if (type === 'ERROR') return;
      yield { type, object: kind.of(object) };
    }
  } finally {
    input.destroy();
  }
}

function keyOf({ metadata }: KubernetesObject): string {
  return `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`;
}

async function describeFailure<T extends KubernetesObject>(
  reference: Reference<T>,
  what: string,
  timeoutMs: number,
): Promise<string> {
  const object = await find(reference);
  const state =
    object === undefined ? 'it does not exist' : JSON.stringify('status' in object ? object.status : object);
  const messages = await messagesAbout(reference);
  return `${describeReference(reference)} was not ${what} within ${timeoutMs / 1000} s: ${state}\n${messages.join('\n')}`;
}
