import { isDeepStrictEqual } from 'node:util';
import type { Resource } from '../../domain/resource.ts';
import { ConflictError, type Change, type Collection, type ListQuery } from '../catalog.ts';
import { imageFinalizer, type Filter } from './kinds.ts';
import { listAll } from './list-all.ts';
import { Reflector, type Scope } from './reflector.ts';
import { ResourceCache } from './resource-cache.ts';
import type { ResourceClient } from './resource-client.ts';
import { readObject, type StoredObject } from './stored-object.ts';
import type { Logger } from 'pino';

const FILTERS = ['pool', 'sourceVolumeId', 'groupId', 'attachedTo'] as const satisfies readonly Filter[];

/** What the API server takes as a name. */
const NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

export interface CollectionOptions<Spec, Status> {
  readonly client: ResourceClient<Spec, Status>;
  /** What lists and watches see. */
  readonly scopes: readonly Scope<Spec, Status>[];
  readonly watchSeconds: number;
  readonly log: Logger;
}

/**
 * The custom resources of one kind. `find` asks the API server; `list` and `watch` know what a watch has told, which
 * begins with the first of them, and what this process has written.
 */
export class KubernetesCollection<Spec, Status> implements Collection<Resource<Spec, Status>> {
  readonly #client: ResourceClient<Spec, Status>;
  readonly #scopes: readonly Scope<Spec, Status>[];
  readonly #cache = new ResourceCache<Spec, Status>();
  readonly #reflectors: readonly Reflector<Spec, Status>[];
  /** The objects behind resources that were handed out. */
  readonly #objects = new WeakMap<Resource<Spec, Status>, StoredObject<Spec, Status>>();

  constructor({ client, scopes, watchSeconds, log }: CollectionOptions<Spec, Status>) {
    this.#client = client;
    this.#scopes = scopes;
    const cache = this.#cache;
    this.#reflectors = scopes.map((scope) => new Reflector({ client, cache, scope, watchSeconds, log }));
  }

  async find(id: string): Promise<Resource<Spec, Status> | undefined> {
    if (!NAME.test(id)) return undefined;
    const stored = await this.#client.get(id);
    return stored && this.#handOut(stored);
  }

  async list(query: ListQuery = {}): Promise<readonly Resource<Spec, Status>[]> {
    const { after = '', limit = Infinity, isExact, ...wanted } = query;
    const found: Resource<Spec, Status>[] = [];
    for (const resource of isExact === true ? await this.#allNow(wanted) : await this.#watched(after)) {
      if (found.length >= limit) break;
      if (FILTERS.every((filter) => this.#matches(resource, filter, wanted[filter]))) found.push(resource);
    }
    return found;
  }

  /** In two steps when the status says something: an agent that was faster than the second has said more. */
  async create(id: string, spec: Spec, status: Status): Promise<Resource<Spec, Status>> {
    const release = this.#cache.hold(id);
    try {
      const created = await this.#client.create(id, spec);
      if (isDeepStrictEqual(status, this.#client.kind.emptyStatus)) return await this.#took(created, undefined);
      return await this.#took(await this.#firstStatus(created, status), undefined);
    } finally {
      release();
    }
  }

  async update(resource: Resource<Spec, Status>, spec: Spec): Promise<Resource<Spec, Status>> {
    const stored = await this.#objectOf(resource);
    return await this.#took(await this.#client.replaceSpec(stored, spec), stored.version);
  }

  async updateStatus(resource: Resource<Spec, Status>, status: Status): Promise<Resource<Spec, Status>> {
    const stored = await this.#objectOf(resource);
    const release = this.#cache.hold(resource.id);
    try {
      const kept = await this.#client.keep(stored);
      return await this.#took(await this.#client.replaceStatus(kept, status, resource.spec), stored.version);
    } finally {
      release();
    }
  }

  async remove(resource: Resource<Spec, Status>): Promise<void> {
    const release = this.#cache.hold(resource.id);
    try {
      const removed = await this.#erase(resource);
      if (removed !== undefined) await this.#cache.removed(removed, resource);
    } finally {
      release();
    }
  }

  forget(resource: Resource<Spec, Status>): Promise<void> {
    return this.remove(resource);
  }

  /** The API server answers when etcd has it on disk. */
  durable(): Promise<void> {
    return Promise.resolve();
  }

  watch(listener: (change: Change<Resource<Spec, Status>>) => void, id?: string): () => void {
    this.#start();
    return this.#cache.feed.watch(listener, id);
  }

  async close(): Promise<void> {
    await Promise.all(this.#reflectors.map((reflector) => reflector.stop()));
  }

  async #watched(after: string): Promise<Iterable<Resource<Spec, Status>>> {
    this.#start();
    for (const reflector of this.#reflectors) await reflector.ready();
    return this.#cache.after(after);
  }

  /** As the server answers, which lists in the order of names. */
  async #allNow({ pool }: ListQuery): Promise<readonly Resource<Spec, Status>[]> {
    const selector = pool === undefined ? {} : { fieldSelector: `spec.pool=${pool}` };
    const { objects } = await listAll(this.#client, selector, (object) => readObject(this.#client.kind, object));
    return objects.map((object) => this.#handOut(object)).filter((resource) => resource !== undefined);
  }

  #start(): void {
    for (const reflector of this.#reflectors) reflector.start();
  }

  #matches({ spec }: Resource<Spec, Status>, filter: Filter, value: string | undefined): boolean {
    return value === undefined || this.#client.kind.filters[filter]?.(spec, value) === true;
  }

  /** Repeats nothing that a crash before it would leave undone for ever: who finds no status does the work again. */
  async #firstStatus(created: StoredObject<Spec, Status>, status: Status): Promise<StoredObject<Spec, Status>> {
    try {
      return await this.#client.replaceStatus(created, status, resourceOf(created).spec);
    } catch (error) {
      const present = error instanceof ConflictError ? await this.#client.get(created.id) : undefined;
      if (present?.uid !== created.uid) throw error;
      return present;
    }
  }

  /**
   * The finalizer comes off, then the object goes. After a crash in between the resource is as it was, but for the
   * finalizer, so that whoever removes it next goes on from there. Undefined when it was gone.
   */
  async #erase(resource: Resource<Spec, Status>): Promise<StoredObject<Spec, Status> | undefined> {
    const { id } = resource;
    try {
      return await this.#eraseFrom(await this.#objectOf(resource));
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      const present = await this.#client.get(id);
      if (present?.resource === undefined) return this.#cache.newest(id);
      if (!isHalfErased(present, resource)) throw error;
      return await this.#eraseFrom(present);
    }
  }

  async #eraseFrom(stored: StoredObject<Spec, Status>): Promise<StoredObject<Spec, Status>> {
    const released = stored.finalizers.includes(imageFinalizer) ? await this.#client.release(stored) : stored;
    // A person had deleted it already: then it goes with its last finalizer.
    if (released.resource !== undefined) await this.#client.delete(released);
    return released;
  }

  /** Throws ConflictError when the server has another version. */
  async #objectOf(resource: Resource<Spec, Status>): Promise<StoredObject<Spec, Status>> {
    const { id, version } = resource;
    const isIt = (stored: StoredObject<Spec, Status> | undefined) => stored?.version === BigInt(version);
    const known = this.#objects.get(resource) ?? this.#cache.newest(id);
    const stored = isIt(known) ? known : await this.#client.get(id);
    if (stored === undefined || !isIt(stored)) throw new ConflictError(`${id} was changed or removed`);
    return stored;
  }

  /** A write that was made over the version `before`. */
  async #took(stored: StoredObject<Spec, Status>, before: bigint | undefined): Promise<Resource<Spec, Status>> {
    const resource = resourceOf(stored);
    if (this.#scopes.some(({ covers }) => covers(resource))) await this.#cache.wrote(stored, before);
    this.#handOut(stored);
    return resource;
  }

  #handOut(stored: StoredObject<Spec, Status>): Resource<Spec, Status> | undefined {
    if (stored.resource !== undefined) this.#objects.set(stored.resource, stored);
    return stored.resource;
  }
}

/** Throws ConflictError when it is gone in the moment in which it was written. */
function resourceOf<Spec, Status>({ id, resource }: StoredObject<Spec, Status>): Resource<Spec, Status> {
  if (resource === undefined) throw new ConflictError(`${id} is gone`);
  return resource;
}

function isHalfErased<Spec, Status>(
  { resource, finalizers }: StoredObject<Spec, Status>,
  before: Resource<Spec, Status>,
) {
  const isSame = isDeepStrictEqual(resource?.spec, before.spec) && isDeepStrictEqual(resource?.status, before.status);
  return isSame && !finalizers.includes(imageFinalizer);
}
