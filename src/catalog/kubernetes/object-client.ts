import type * as z from 'zod';
import { pathOf, subjectOf, type Api, type Place } from './api.ts';
import { errorOf, expectOk, isAbsent, isOk } from './api-error.ts';
import type { ApiResponse, ApiServer } from './api-server.ts';
import { pods } from './apis.ts';
import { listAll, listPage, type Query } from './list-all.ts';
import { look } from './requests.ts';

/** `exists`: there is one of that name. */
export type Creation =
  { readonly kind: 'created' } | { readonly kind: 'exists' } | { readonly kind: 'refused'; readonly error: Error };

const PAGE = '500';

/**
 * Objects of any kind, in a namespace or in none. What a request answers that is no success is thrown as `errorOf` has it; one
 * whose answer was lost is repeated, which names make safe.
 */
export class ObjectClient {
  readonly #server: ApiServer;

  constructor(server: ApiServer) {
    this.#server = server;
  }

  /** Undefined when there is none. */
  async find<T>(place: Place, schema: z.ZodType<T>): Promise<T | undefined> {
    const subject = subjectOf(place.api, 'get', place.name);
    const response = await look(this.#server, { method: 'GET', path: pathTo(place) }, subject);
    return isAbsent(response, subject) ? undefined : schema.parse(expectOk(response, subject));
  }

  /** All that match, page by page; of all namespaces without one. */
  async list<T>(api: Api, namespace: string | undefined, query: Query, schema: z.ZodType<T>): Promise<readonly T[]> {
    const client = { list: (page: Query) => listPage(this.#server, api, namespace, page) };
    const { objects } = await listAll(client, { limit: PAGE, ...query }, (object) => schema.parse(object));
    return objects;
  }

  /** Throws when the server does not answer; what it does not want is an outcome. */
  async create({ api, namespace, name }: Place, body: object): Promise<Creation> {
    const subject = subjectOf(api, 'create', name);
    const response = await look(this.#server, { method: 'POST', path: pathOf(api, namespace), body }, subject);
    if (isOk(response)) return { kind: 'created' };
    if (response.status === 409) return { kind: 'exists' };
    const error = errorOf(response, subject);
    if (response.status === 401) throw error;
    return { kind: 'refused', error };
  }

  /** One that is there already stays as it is. */
  async ensure(place: Place, body: object): Promise<void> {
    const creation = await this.create(place, body);
    if (creation.kind === 'refused') throw creation.error;
  }

  /** Asks for its end, with a `uid` only when it is that one's; gone already is fine. */
  async remove(place: Place, uid?: string): Promise<void> {
    const subject = subjectOf(place.api, 'delete', place.name);
    const body = uid !== undefined && { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid } };
    const request = { method: 'DELETE', path: pathTo(place), ...(body && { body }) } as const;
    const response = await look(this.#server, request, subject);
    const isAnother = uid !== undefined && response.status === 409;
    if (!isAbsent(response, subject) && !isAnother) expectOk(response, subject);
  }

  /** JSON merge patch; with `resourceVersion` in it only of the object as it was read. One that is gone is fine. */
  async merge(place: Place, body: object, subresource: '' | '/status' = ''): Promise<void> {
    await this.#patch(place, 'merge-patch', body, subresource);
  }

  /** JSON patch. One that is gone is fine. */
  async patch(place: Place, body: readonly object[]): Promise<void> {
    await this.#patch(place, 'json-patch', body);
  }

  /** Replaces the status of an object of this version. Throws ConflictError for any other. */
  async replaceStatus(place: Place, version: string, status: object): Promise<void> {
    const body = [
      { op: 'add', path: '/metadata/resourceVersion', value: version },
      { op: 'add', path: '/status', value: status },
    ];
    await this.#patch(place, 'json-patch', body, '/status');
  }

  /** What the program of a pod has printed, or the last lines of it; empty when there is nothing to be had. */
  async log({ namespace, name }: Omit<Place, 'api'>, tailLines?: number): Promise<string> {
    const query = tailLines === undefined ? '' : `?tailLines=${tailLines}`;
    const path = `${pathOf(pods, namespace, name)}/log${query}`;
    const subject = subjectOf(pods, 'get', name, '/log');
    const response = await look(this.#server, { method: 'GET', path, accept: '*/*' }, subject);
    return isOk(response) ? textOf(response) : '';
  }

  async #patch(place: Place, kind: string, body: object, subresource = ''): Promise<void> {
    const subject = subjectOf(place.api, 'patch', place.name, subresource);
    const path = `${pathTo(place)}${subresource}`;
    const contentType = `application/${kind}+json`;
    const response = await look(this.#server, { method: 'PATCH', path, body, contentType }, subject);
    if (!isAbsent(response, subject)) expectOk(response, subject);
  }
}

function pathTo({ api, namespace, name }: Place): string {
  return pathOf(api, namespace, name);
}

/** A line that happens to be JSON was parsed. */
function textOf({ body }: ApiResponse): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}
