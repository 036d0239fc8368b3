import type { KubernetesObject } from '@kubernetes/client-node';
import * as z from 'zod';
import { call, Refusal } from './connection.ts';
import type { Kind } from './kinds.ts';

/** Names one object. */
export interface Reference<T extends KubernetesObject> {
  readonly kind: Kind<T>;
  readonly name: string;
  readonly namespace?: string | undefined;
}

export interface Selection {
  readonly namespace?: string | undefined;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
}

const listSchema = z.object({ metadata: z.object({ resourceVersion: z.string() }), items: z.array(z.unknown()) });

export async function find<T extends KubernetesObject>({
  kind,
  name,
  namespace,
}: Reference<T>): Promise<T | undefined> {
  try {
    return kind.of(await call({ method: 'GET', path: pathOf({ kind, name, namespace }) }));
  } catch (error) {
    if (error instanceof Refusal && error.code === 404) return undefined;
    throw error;
  }
}

export async function get<T extends KubernetesObject>(reference: Reference<T>): Promise<T> {
  const found = await find(reference);
  if (found === undefined) throw new Error(`there is no ${describeReference(reference)}`);
  return found;
}

export async function list<T extends KubernetesObject>(
  kind: Kind<T>,
  selection: Selection = {},
): Promise<readonly T[]> {
  return (await listWithVersion(kind, selection)).items;
}

/** The version is where a watch goes on from. */
export async function listWithVersion<T extends KubernetesObject>(
  kind: Kind<T>,
  { namespace, ...selectors }: Selection,
): Promise<{ items: readonly T[]; version: string }> {
  const path = `${collection(kind, namespace)}?${new URLSearchParams({ ...selectors }).toString()}`;
  const { metadata, items } = listSchema.parse(await call({ method: 'GET', path }));
  return { items: items.map(kind.of), version: metadata.resourceVersion };
}

export async function create<T extends KubernetesObject>(
  kind: Kind<T>,
  object: Omit<T, 'apiVersion' | 'kind'>,
): Promise<T> {
  const body = { apiVersion: kind.apiVersion, kind: kind.kind, ...object };
  return kind.of(await call({ method: 'POST', path: collection(kind, object.metadata?.namespace), body }));
}

/** A merge patch. */
export async function patch<T extends KubernetesObject>(reference: Reference<T>, body: object): Promise<T> {
  const { kind, name, namespace } = reference;
  const path = pathOf({ kind, name, namespace });
  return kind.of(await call({ method: 'PATCH', path, body, contentType: 'application/merge-patch+json' }));
}

/** Asks for its deletion; what is gone already is fine. */
export async function remove<T extends KubernetesObject>(
  { kind, name, namespace }: Reference<T>,
  body = {},
): Promise<void> {
  try {
    await call({ method: 'DELETE', path: pathOf({ kind, name, namespace }), body });
  } catch (error) {
    if (!(error instanceof Refusal && error.code === 404)) throw error;
  }
}

/** Without its name it would be all objects of the kind. */
function pathOf({ kind, name, namespace }: Reference<KubernetesObject>): string {
  if (name === '') throw new Error(`a ${kind.kind} without a name`);
  return `${collection(kind, namespace)}/${name}`;
}

export function collection(kind: Kind<KubernetesObject>, namespace: string | undefined): string {
  const base = kind.apiVersion.includes('/') ? `/apis/${kind.apiVersion}` : `/api/${kind.apiVersion}`;
  const within = kind.isNamespaced && namespace !== undefined ? `/namespaces/${namespace}` : '';
  return `${base}${within}/${kind.plural}`;
}

export function describeReference({ kind, name, namespace }: Reference<KubernetesObject>): string {
  return `${kind.kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}
