import { isDeepStrictEqual } from 'node:util';
import { ConflictError } from '../catalog.ts';
import { pathOf, subjectOf, type Api } from './api.ts';
import { errorOf, expectOk, isAbsent, isOk, type Subject } from './api-error.ts';
import type { ApiRequest, ApiServer } from './api-server.ts';
import { apiGroup, apiVersion, imageFinalizer, type Kind } from './kinds.ts';
import { labelsOf, relabelled } from './labels.ts';
import { listPage, type Page, type Query } from './list-all.ts';
import { look, write } from './requests.ts';
import { readObject, type StoredObject } from './stored-object.ts';
import { watchEvents, type WatchEvent, type WatchSpan } from './watch-events.ts';

/**
 * One kind's requests to the API server. A write is a JSON patch that also sets the version it is made for: the server
 * refuses it for any other (409), and labels, annotations and finalizers of others stay as they are.
 */
export class ResourceClient<Spec, Status> {
  readonly kind: Kind<Spec, Status>;
  readonly #server: ApiServer;
  readonly #api: Api;

  constructor(server: ApiServer, kind: Kind<Spec, Status>) {
    this.#server = server;
    this.#api = { group: apiGroup, version: apiVersion, plural: kind.plural };
    this.kind = kind;
  }

  /** Undefined when there is none. */
  async get(id: string): Promise<StoredObject<Spec, Status> | undefined> {
    const subject = this.#subject('get', id);
    const response = await look(this.#server, { method: 'GET', path: this.#path(id) }, subject);
    return isAbsent(response, subject) ? undefined : readObject(this.kind, expectOk(response, subject));
  }

  /** See `listPage`. */
  list(query: Query): Promise<Page> {
    return listPage(this.#server, this.#api, undefined, query);
  }

  /** See `watchEvents`. */
  watch(span: WatchSpan, signal: AbortSignal): AsyncIterable<WatchEvent> {
    return watchEvents(this.#server, this.#api, span, signal);
  }

  /** Throws ConflictError when the id is taken. The new object has no status. */
  async create(id: string, spec: Spec): Promise<StoredObject<Spec, Status>> {
    const { name, doomed, tags } = this.kind;
    const finalizers = doomed === undefined ? {} : { finalizers: [imageFinalizer] };
    const labels = labelsOf(tags?.(spec) ?? {});
    const metadata = { name: id, ...finalizers, ...(Object.keys(labels).length > 0 && { labels }) };
    const body = { apiVersion: `${apiGroup}/${apiVersion}`, kind: name, metadata, spec };
    const wasDone = async (): Promise<StoredObject<Spec, Status> | undefined> => {
      const present = await this.get(id);
      if (present === undefined) return undefined;
      const wanted = this.kind.spec.parse(JSON.parse(JSON.stringify(spec)));
      if (isDeepStrictEqual(present.resource?.spec, wanted)) return present;
      throw new ConflictError(`${id} is there already`);
    };
    return await this.#write({ method: 'POST', path: this.#path(), body }, this.#subject('create', id), wasDone);
  }

  /** Throws ConflictError when the object is gone or no longer of this version. */
  async replaceSpec(stored: StoredObject<Spec, Status>, spec: Spec): Promise<StoredObject<Spec, Status>> {
    return await this.#patch(stored, '', {
      ...this.#missingFinalizer(stored),
      ...this.#changedLabels(stored, spec),
      '/spec': spec,
    });
  }

  /** The same for the status, with what is shown of it; `spec` is the resource's. */
  async replaceStatus(
    stored: StoredObject<Spec, Status>,
    status: Status,
    spec: Spec,
  ): Promise<StoredObject<Spec, Status>> {
    return await this.#patch(stored, '/status', { '/status': { ...status, ...this.kind.display(spec, status) } });
  }

  /** Puts the finalizer on an object that somebody made without it. */
  async keep(stored: StoredObject<Spec, Status>): Promise<StoredObject<Spec, Status>> {
    const missing = this.#missingFinalizer(stored);
    return Object.keys(missing).length === 0 ? stored : await this.#patch(stored, '', missing);
  }

  /** Takes the finalizer off. An object that was deleted already is gone then. */
  async release(stored: StoredObject<Spec, Status>): Promise<StoredObject<Spec, Status>> {
    const others = stored.finalizers.filter((finalizer) => finalizer !== imageFinalizer);
    return await this.#patch(stored, '', { '/metadata/finalizers': others });
  }

  /** Throws ConflictError when the object was changed; one that is gone is fine. */
  async delete({ id, uid, version }: StoredObject<Spec, Status>): Promise<void> {
    const subject = this.#subject('delete', id);
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid, resourceVersion: String(version) } };
    const wasDone = async (): Promise<true | undefined> => {
      const present = await this.get(id);
      if (present === undefined) return true;
      if (present.version !== version) throw new ConflictError(`${id} was changed`);
      return undefined;
    };
    const outcome = await write(this.#server, { method: 'DELETE', path: this.#path(id), body }, subject, wasDone);
    if ('found' in outcome || isOk(outcome.answer) || isAbsent(outcome.answer, subject)) return;
    throw errorOf(outcome.answer, subject);
  }

  async #patch(
    stored: StoredObject<Spec, Status>,
    subresource: '' | '/status',
    values: Readonly<Record<string, unknown>>,
  ): Promise<StoredObject<Spec, Status>> {
    const { id, version } = stored;
    const all = Object.entries({ '/metadata/resourceVersion': String(version), ...values });
    // In a JSON patch, "add" replaces what is there.
    const body = all.map(([path, value]) => ({ op: 'add', path, value }));
    const contentType = 'application/json-patch+json';
    const wasDone = async (): Promise<undefined> => {
      const present = await this.get(id);
      // It may have been this writer: who reads again and decides anew does right in any case.
      if (present?.version !== version) throw new ConflictError(`${id} was changed or removed`);
    };
    const request: ApiRequest = { method: 'PATCH', path: `${this.#path(id)}${subresource}`, body, contentType };
    return await this.#write(request, this.#subject('patch', id, subresource), wasDone);
  }

  async #write(
    request: ApiRequest,
    subject: Subject,
    wasDone: () => Promise<StoredObject<Spec, Status> | undefined>,
  ): Promise<StoredObject<Spec, Status>> {
    const outcome = await write(this.#server, request, subject, wasDone);
    if ('found' in outcome) return outcome.found;
    const { answer } = outcome;
    if (isOk(answer)) return readObject(this.kind, answer.body);
    throw isAbsent(answer, subject) ? new ConflictError(`${subject.id ?? ''} is gone`) : errorOf(answer, subject);
  }

  #missingFinalizer({ finalizers, isTerminating }: StoredObject<Spec, Status>): Readonly<Record<string, unknown>> {
    const isKept = this.kind.doomed === undefined || isTerminating || finalizers.includes(imageFinalizer);
    return isKept ? {} : { '/metadata/finalizers': [...finalizers, imageFinalizer] };
  }

  #changedLabels({ labels, resource }: StoredObject<Spec, Status>, spec: Spec): Readonly<Record<string, unknown>> {
    const { tags } = this.kind;
    if (tags === undefined || resource === undefined) return {};
    const changed = relabelled(labels, tags(resource.spec), tags(spec));
    return isDeepStrictEqual(changed, labels) ? {} : { '/metadata/labels': changed };
  }

  #path(id?: string): string {
    return pathOf(this.#api, undefined, id);
  }

  #subject(verb: string, id: string, subresource = ''): Subject {
    return subjectOf(this.#api, verb, id, subresource);
  }
}
