import type { Logger } from 'pino';
import * as z from 'zod';
import { messageOf } from '../../domain/errors.ts';
import type { Api } from './api.ts';
import type { ApiServer } from './api-server.ts';
import { Backoff } from './backoff.ts';
import { listAll, listPage, requireAhead, type Page, type Query } from './list-all.ts';
import { isGone, watchEvents } from './watch-events.ts';

export interface ObjectWatchOptions<T> {
  readonly server: ApiServer;
  readonly api: Api;
  /** What is of interest of an object; undefined for one that is of none. */
  readonly read: (object: unknown) => T | undefined;
  /** Is told all that there is. */
  readonly listed: (objects: readonly T[]) => void;
  /** Is told of each change from then on. */
  readonly changed: (object: T, isDeleted: boolean) => void;
  readonly log: Logger;
  /** Seconds until the server is to end a watch, to be taken up again. */
  readonly watchSeconds?: number | undefined;
}

const PAGE = '500';
const WATCH_SECONDS = 300;
/** Milliseconds: a watch that ends sooner is not begun again at once. */
const BRIEF_MS = 1_000;

const versionSchema = z.object({ metadata: z.object({ resourceVersion: z.string() }) });

/**
 * Tells of all objects of one kind, of all namespaces: one list, and then what a watch tells. May be late, never for good: a
 * watch that broke is taken up where it ended, or after a new list, with growing pauses; so is one whose callback has thrown.
 */
export class ObjectWatch<T> {
  readonly #options: ObjectWatchOptions<T>;
  readonly #client: { readonly list: (query: Query) => Promise<Page> };
  readonly #stopping = new AbortController();
  readonly #backoff = new Backoff();
  #running: Promise<void> | undefined;
  /** That the next watch begins after; undefined before the first list, and when the server has forgotten it. */
  #version: string | undefined;
  #isInterrupted = false;
  #problem = '';

  constructor(options: ObjectWatchOptions<T>) {
    this.#options = options;
    const { server, api } = options;
    this.#client = { list: (query) => listPage(server, api, undefined, query) };
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        if (this.#version === undefined) this.#version = await this.#listAnew();
        else if (this.#isInterrupted) await requireAhead(this.#client, this.#version);
        this.#isInterrupted = false;
        await this.#follow(this.#version);
      } catch (error) {
        this.#isInterrupted = true;
        if (isGone(error)) this.#version = undefined;
        else this.#report(messageOf(error));
        await this.#backoff.wait(signal);
      }
    }
  }

  async #listAnew(): Promise<string> {
    const { read, listed } = this.#options;
    const { objects, version } = await listAll(this.#client, { limit: PAGE }, read);
    listed(objects);
    return version;
  }

  /** To the end of one watch. */
  async #follow(from: string): Promise<void> {
    const { server, api, read, changed, watchSeconds: seconds = WATCH_SECONDS } = this.#options;
    const began = performance.now();
    for await (const { type, object } of watchEvents(server, api, { from, seconds }, this.#stopping.signal)) {
      const found = type === 'BOOKMARK' ? undefined : read(object);
      if (found !== undefined) changed(found, type === 'DELETED');
      this.#version = versionSchema.parse(object).metadata.resourceVersion;
      this.#works();
    }
    const lasted = performance.now() - began;
    this.#isInterrupted = lasted < seconds * 1000 - BRIEF_MS;
    if (lasted < BRIEF_MS) await this.#backoff.wait(this.#stopping.signal);
    else this.#works();
  }

  /** Said once, however often it is tried. */
  #report(problem: string): void {
    if (this.#stopping.signal.aborted || problem === this.#problem) return;
    const { api, log } = this.#options;
    log.warn({ kind: api.plural, error: problem }, 'the API server cannot be watched, trying again');
    this.#problem = problem;
  }

  #works(): void {
    this.#backoff.succeeded();
    this.#problem = '';
  }
}
