import type { Logger } from 'pino';
import * as z from 'zod';
import { messageOf, VolumeError } from '../../domain/errors.ts';
import type { Resource } from '../../domain/resource.ts';
import { Backoff } from './backoff.ts';
import { listAll, requireAhead, type Query } from './list-all.ts';
import { unavailable } from './requests.ts';
import type { ResourceCache } from './resource-cache.ts';
import type { ResourceClient } from './resource-client.ts';
import { identityOf, readObject, type StoredObject } from './stored-object.ts';
import { isGone, type WatchEvent } from './watch-events.ts';

/** What part of a kind is reflected. */
export interface Scope<Spec, Status> {
  /** As the API server takes it; undefined for all. */
  readonly fieldSelector: string | undefined;
  readonly covers: (resource: Resource<Spec, Status>) => boolean;
}

export interface ReflectorOptions<Spec, Status> {
  readonly client: ResourceClient<Spec, Status>;
  readonly cache: ResourceCache<Spec, Status>;
  readonly scope: Scope<Spec, Status>;
  /** Seconds after which the server ends a watch, so that one that hangs is noticed soon after. */
  readonly watchSeconds: number;
  readonly log: Logger;
}

/** A list of more leaves behind what is worth to be collected at once. */
const LONG = 100;

/** Milliseconds below which a watch that ended says that something is wrong. */
const BRIEF_MS = 1_000;

/**
 * Keeps a cache like what the API server has: a list, then a watch from there, for ever. Whatever breaks is tried again
 * with growing pauses; a server that has forgotten where the watch was is asked for the whole list again.
 */
export class Reflector<Spec, Status> {
  readonly #options: ReflectorOptions<Spec, Status>;
  readonly #stopping = new AbortController();
  readonly #backoff = new Backoff();
  readonly #reported = new Set<string>();
  /** Settled with the next outcome of a list; those who need the first one wait for it. */
  #listing = Promise.withResolvers<undefined>();
  #hurry = new AbortController();
  #isSynced = false;
  /** Where the watch goes on; undefined when only a list can tell. */
  #version: string | undefined;
  #running: Promise<void> | undefined;
  #isBroken = false;
  /** The last watch ended before its time: what there is by now may be what a backup had. */
  #isInterrupted = false;

  constructor(options: ReflectorOptions<Spec, Status>) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Resolves when the cache has been filled once. Throws Unavailable when it has not, and cannot be now. */
  async ready(): Promise<void> {
    if (this.#isSynced) return;
    if (this.#stopping.signal.aborted) throw closed();
    const { promise } = this.#listing;
    this.#hurry.abort();
    await promise;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        if (this.#version === undefined) await this.#relist();
        else if (this.#isInterrupted) await requireAhead(this.#options.client, this.#version, this.#selector());
        this.#isInterrupted = false;
        await this.#follow();
      } catch (error) {
        this.#isInterrupted = true;
        if (isGone(error)) this.#version = undefined;
        else this.#report(error);
        if (!isAborted(signal)) await this.#pause();
      }
    }
    this.#fail(closed());
  }

  async #relist(): Promise<void> {
    const { cache, client, scope } = this.#options;
    try {
      const mark = cache.mark();
      const { objects, version } = await listAll(client, this.#selector(), (object) => this.#read(object));
      cache.listed({ objects, version: BigInt(version), covers: scope.covers, mark });
      this.#version = version;
    } catch (error) {
      this.#fail(unavailable(error));
      throw error;
    }
    this.#works();
    // What parsing a long list leaves behind is many times what is kept of it.
    if (cache.size > LONG) void globalThis.gc?.({ type: 'major', execution: 'async' });
    this.#isSynced = true;
    this.#listing.resolve(undefined);
  }

  /** Follows one watch to its end. */
  async #follow(): Promise<void> {
    const { client, watchSeconds } = this.#options;
    const began = performance.now();
    const span = { from: this.#version ?? '', seconds: watchSeconds, selector: this.#selector() };
    for await (const event of client.watch(span, this.#stopping.signal)) {
      this.#apply(event);
      this.#works();
    }
    const lasted = performance.now() - began;
    this.#isInterrupted = lasted < watchSeconds * 1000 - BRIEF_MS;
    if (lasted < BRIEF_MS) await this.#pause();
    else this.#works();
  }

  #apply({ type, object }: WatchEvent): void {
    const { cache } = this.#options;
    const version = eventVersion(object);
    if (type === 'DELETED') cache.vanished(identityOf(object));
    else if (type !== 'BOOKMARK') {
      const stored = this.#read(object);
      if (stored !== undefined) cache.observed(stored);
    }
    this.#version = version;
  }

  /** Undefined, and said once, for one that this driver does not understand: the others go on. */
  #read(object: unknown): StoredObject<Spec, Status> | undefined {
    const { client, log } = this.#options;
    try {
      return readObject(client.kind, object);
    } catch (error) {
      const message = messageOf(error);
      if (!this.#reported.has(message))
        log.error({ kind: client.kind.plural, error: message }, 'a resource is left out');
      this.#reported.add(message);
      return undefined;
    }
  }

  #selector(): Query {
    const { fieldSelector } = this.#options.scope;
    return fieldSelector === undefined ? {} : { fieldSelector };
  }

  #report(error: unknown): void {
    const { client, log } = this.#options;
    if (this.#stopping.signal.aborted) return;
    const fields = { kind: client.kind.plural, error: messageOf(error) };
    if (!this.#isBroken) log.warn(fields, 'the API server cannot be watched, trying again');
    this.#isBroken = true;
  }

  #works(): void {
    const { client, log } = this.#options;
    this.#backoff.succeeded();
    if (this.#isBroken) log.info({ kind: client.kind.plural }, 'the API server is watched again');
    this.#isBroken = false;
  }

  #fail(error: VolumeError): void {
    const { reject, promise } = this.#listing;
    // Perhaps nobody waits.
    promise.catch(() => undefined);
    reject(error);
    this.#listing = Promise.withResolvers();
  }

  /** Until it is worth another try, or somebody needs the outcome of one. */
  async #pause(): Promise<void> {
    this.#hurry = new AbortController();
    await this.#backoff.wait(AbortSignal.any([this.#stopping.signal, this.#hurry.signal]));
  }
}

const versionSchema = z.object({ metadata: z.object({ resourceVersion: z.string() }) });

function eventVersion(object: unknown): string {
  return versionSchema.parse(object).metadata.resourceVersion;
}

function closed(): VolumeError {
  return new VolumeError('Unavailable', 'the catalog is closed');
}

function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
