import type { Logger } from 'pino';
import * as z from 'zod';
import { errorOf, expectOk } from '../catalog/kubernetes/api-error.ts';
import type { ApiServer } from '../catalog/kubernetes/api-server.ts';
import { Backoff } from '../catalog/kubernetes/backoff.ts';
import { look } from '../catalog/kubernetes/requests.ts';
import { isGone, watchEvents } from '../catalog/kubernetes/watch-events.ts';
import { messageOf } from '../domain/errors.ts';
import { pathOf, subjectOf } from '../catalog/kubernetes/object-client.ts';
import { keyOf, schedules } from './schedule-object.ts';

const listSchema = z.object({
  metadata: z.object({ resourceVersion: z.string() }),
  items: z.array(z.unknown()),
});
const versionSchema = z.object({ metadata: z.object({ resourceVersion: z.string() }) });

const WATCH_SECONDS = 60;

/** Milliseconds that a watch may be late to end. */
const GRACE_MS = 10_000;

/**
 * Tells of every SnapshotSchedule that is there, and of each change from then on, of all namespaces. Whatever breaks is tried
 * again with growing pauses, from a new list.
 */
export class ScheduleWatch {
  readonly #server: ApiServer;
  readonly #changed: (key: string) => void;
  readonly #log: Logger;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(server: ApiServer, changed: (key: string) => void, log: Logger) {
    this.#server = server;
    this.#changed = changed;
    this.#log = log;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    const backoff = new Backoff();
    let version: string | undefined;
    while (!signal.aborted) {
      try {
        version ??= await this.#list();
        version = await this.#follow(version);
        backoff.succeeded();
      } catch (error) {
        version = undefined;
        const isOrderly = this.#stopping.signal.aborted || isGone(error);
        if (!isOrderly)
          this.#log.warn({ error: messageOf(error) }, 'the watch of SnapshotSchedules broke; all is listed');
        await backoff.wait(signal);
      }
    }
  }

  async #list(): Promise<string> {
    const subject = subjectOf(schedules, 'list');
    const response = await look(this.#server, { method: 'GET', path: pathOf(schedules) }, subject);
    const { metadata, items } = listSchema.parse(expectOk(response, subject));
    for (const item of items) this.#changed(keyOf(item));
    return metadata.resourceVersion;
  }

  /** Until the server ends it; returns how far it was told. */
  async #follow(from: string): Promise<string> {
    const signal = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(WATCH_SECONDS * 1000 + GRACE_MS)]);
    const query = { resourceVersion: from, allowWatchBookmarks: 'true', timeoutSeconds: String(WATCH_SECONDS) };
    let version = from;
    for await (const { type, object } of watchEvents(this.#source(), query, signal)) {
      version = versionSchema.parse(object).metadata.resourceVersion;
      if (type !== 'BOOKMARK') this.#changed(keyOf(object));
    }
    return version;
  }

  #source(): Parameters<typeof watchEvents>[0] {
    return {
      watch: (query, signal) => {
        const path = `${pathOf(schedules)}?${String(new URLSearchParams({ ...query, watch: 'true' }))}`;
        return this.#server.open({ method: 'GET', path }, signal);
      },
      watchError: (status, body) => errorOf({ status, body }, subjectOf(schedules, 'watch')),
    };
  }
}
