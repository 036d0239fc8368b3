import * as z from 'zod';
import type { ApiRequest, ApiResponse, ApiServer } from './api-server.ts';
import { errorOf, expectOk, isAbsent, isOk, type Subject } from './api-error.ts';
import { look } from './requests.ts';

/** Of the API: `snapshot.storage.k8s.io/v1` and `volumesnapshots`; the core's group is empty. */
export interface Api {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
}

/** `exists`: there is one of that name. */
export type Creation =
  { readonly kind: 'created' } | { readonly kind: 'exists' } | { readonly kind: 'refused'; readonly why: string };

const PAGE = '500';

const pageSchema = z.object({
  items: z.array(z.unknown()),
  metadata: z.object({ continue: z.string().optional() }),
});

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
  async find(api: Api, namespace: string | undefined, name: string): Promise<unknown> {
    const subject = subjectOf(api, 'get', name);
    const response = await this.#ask({ method: 'GET', path: pathOf(api, namespace, name) }, subject);
    return isAbsent(response, subject) ? undefined : expectOk(response, subject);
  }

  /** All that match, page by page. */
  async list(api: Api, namespace: string | undefined, labelSelector: string): Promise<readonly unknown[]> {
    const items: unknown[] = [];
    let next = '';
    do {
      const query = new URLSearchParams({ labelSelector, limit: PAGE, ...(next !== '' && { continue: next }) });
      const subject = subjectOf(api, 'list');
      const path = `${pathOf(api, namespace)}?${query.toString()}`;
      const page = pageSchema.parse(expectOk(await this.#ask({ method: 'GET', path }, subject), subject));
      items.push(...page.items);
      next = page.metadata.continue ?? '';
    } while (next !== '');
    return items;
  }

  /** Throws when the server does not answer; what it does not want is an outcome. */
  async create(api: Api, namespace: string, name: string, body: object): Promise<Creation> {
    const subject = subjectOf(api, 'create', name);
    const response = await this.#ask({ method: 'POST', path: pathOf(api, namespace), body }, subject);
    if (isOk(response)) return { kind: 'created' };
    if (response.status === 409) return { kind: 'exists' };
    const error = errorOf(response, subject);
    if (response.status === 401) throw error;
    return { kind: 'refused', why: error.message };
  }

  /** Asks for the end of the object with this uid; gone already is fine, another one of its name stays. */
  async remove(api: Api, namespace: string, name: string, uid: string): Promise<void> {
    const subject = subjectOf(api, 'delete', name);
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid } };
    const response = await this.#ask({ method: 'DELETE', path: pathOf(api, namespace, name), body }, subject);
    if (!isAbsent(response, subject) && response.status !== 409) expectOk(response, subject);
  }

  /** Replaces the status of an object of this version. Throws ConflictError for any other. */
  async replaceStatus(api: Api, namespace: string, name: string, version: string, status: object): Promise<void> {
    const subject = subjectOf(api, 'patch', name, '/status');
    const body = [
      { op: 'add', path: '/metadata/resourceVersion', value: version },
      { op: 'add', path: '/status', value: status },
    ];
    const path = `${pathOf(api, namespace, name)}/status`;
    const contentType = 'application/json-patch+json';
    const response = await this.#ask({ method: 'PATCH', path, body, contentType }, subject);
    if (!isAbsent(response, subject)) expectOk(response, subject);
  }

  #ask(request: ApiRequest, subject: Subject): Promise<ApiResponse> {
    return look(this.#server, request, subject);
  }
}

export function pathOf({ group, version, plural }: Api, namespace?: string, name?: string): string {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const place = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${root}${place}/${plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`;
}

export function subjectOf({ group, plural }: Api, verb: string, id?: string, subresource = ''): Subject {
  const resource = `${plural}${subresource}${group === '' ? '' : `.${group}`}`;
  return id === undefined ? { verb, resource } : { verb, resource, id };
}
