import type * as z from 'zod';
import { expectOk, isAbsent, isOk } from '../catalog/kubernetes/api-error.ts';
import type { ApiRequest, ApiServer } from '../catalog/kubernetes/api-server.ts';
import { apiGroup, apiVersion } from '../catalog/kubernetes/kinds.ts';
import { look } from '../catalog/kubernetes/requests.ts';
import { eventSchema, listOf } from './objects.ts';

/** Where each resource is. */
const GROUPS = {
  events: '/api/v1',
  persistentvolumeclaims: '/api/v1',
  persistentvolumes: '/api/v1',
  pods: '/api/v1',
  secrets: '/api/v1',
  storageclasses: '/apis/storage.k8s.io/v1',
  volumeimports: `/apis/${apiGroup}/${apiVersion}`,
  volumes: `/apis/${apiGroup}/${apiVersion}`,
} as const;
export type ResourceName = keyof typeof GROUPS;

export interface Place {
  readonly resource: ResourceName;
  readonly namespace?: string | undefined;
  readonly name: string;
}

/**
 * The objects of Kubernetes that a populator works with. All is by name and safe to repeat. Throws VolumeError: Unavailable
 * when the API server does not answer or lacks a right; ConflictError when an object has changed since it was read.
 */
export class ClusterClient {
  readonly #server: ApiServer;

  constructor(server: ApiServer) {
    this.#server = server;
  }

  /** Undefined when there is none. */
  async find<T extends z.ZodType>(place: Place, schema: T): Promise<z.output<T> | undefined> {
    const subject = { verb: 'get', resource: place.resource, id: place.name };
    const response = await look(this.#server, { method: 'GET', path: pathOf(place) }, subject);
    return isAbsent(response, subject) ? undefined : schema.parse(expectOk(response, subject));
  }

  /** Of all namespaces, as the API server has them in its cache. */
  async list<T extends z.ZodType>(resource: ResourceName, schema: T): Promise<readonly z.output<T>[]> {
    const subject = { verb: 'list', resource };
    const path = `${GROUPS[resource]}/${resource}?resourceVersion=0`;
    return listOf(schema).parse(expectOk(await look(this.#server, { method: 'GET', path }, subject), subject)).items;
  }

  /** One that is there already stays as it is. */
  async create({ resource, namespace, name }: Place, body: object): Promise<void> {
    const subject = { verb: 'create', resource, id: name };
    const path = pathOf({ resource, namespace });
    const response = await look(this.#server, { method: 'POST', path, body }, subject);
    if (response.status !== 409) expectOk(response, subject);
  }

  /** JSON merge patch; with `resourceVersion` in it only of the object as it was read. One that is gone is fine. */
  async merge(place: Place, body: object, subresource?: 'status'): Promise<void> {
    const path = `${pathOf(place)}${subresource === undefined ? '' : `/${subresource}`}`;
    await this.#patch(place, { method: 'PATCH', path, body, contentType: 'application/merge-patch+json' });
  }

  /** JSON patch. One that is gone is fine. */
  async patch(place: Place, body: readonly object[]): Promise<void> {
    const contentType = 'application/json-patch+json';
    await this.#patch(place, { method: 'PATCH', path: pathOf(place), body, contentType });
  }

  /** Asks for its end; gone already is fine. */
  async remove(place: Place): Promise<void> {
    const subject = { verb: 'delete', resource: place.resource, id: place.name };
    const response = await look(this.#server, { method: 'DELETE', path: pathOf(place) }, subject);
    if (!isAbsent(response, subject)) expectOk(response, subject);
  }

  /** The last line that a pod has printed; empty when there is none to be had. */
  async lastLine(namespace: string, name: string): Promise<string> {
    const path = `${pathOf({ resource: 'pods', namespace, name })}/log?tailLines=1`;
    const subject = { verb: 'get', resource: 'pods/log', id: name };
    const response = await look(this.#server, { method: 'GET', path, accept: '*/*' }, subject);
    return isOk(response) && typeof response.body === 'string' ? response.body.trim() : '';
  }

  /** What the newest warning about a claim says; undefined when there is none. */
  async warningAbout({ namespace, name }: Place): Promise<string | undefined> {
    const about = { 'involvedObject.kind': 'PersistentVolumeClaim', 'involvedObject.name': name, type: 'Warning' };
    const fieldSelector = Object.entries(about)
      .map(([field, value]) => `${field}=${value}`)
      .join();
    const path = `${pathOf({ resource: 'events', namespace })}?${new URLSearchParams({ fieldSelector }).toString()}`;
    const subject = { verb: 'list', resource: 'events' };
    const response = expectOk(await look(this.#server, { method: 'GET', path }, subject), subject);
    const { items } = listOf(eventSchema).parse(response);
    return items.sort((a, b) => a.lastTimestamp.localeCompare(b.lastTimestamp)).at(-1)?.message;
  }

  async #patch({ resource, name }: Place, request: ApiRequest): Promise<void> {
    const subject = { verb: 'patch', resource, id: name };
    const response = await look(this.#server, request, subject);
    if (!isAbsent(response, subject)) expectOk(response, subject);
  }
}

function pathOf({ resource, namespace, name }: Omit<Place, 'name'> & { readonly name?: string }): string {
  const scope = namespace === undefined ? [] : ['namespaces', encodeURIComponent(namespace)];
  return [GROUPS[resource], ...scope, resource, ...(name === undefined ? [] : [encodeURIComponent(name)])].join('/');
}
