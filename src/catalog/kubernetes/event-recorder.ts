import * as z from 'zod';
import type { Logger } from 'pino';
import { messageOf } from '../../domain/errors.ts';
import type { DomainEvent, EventRecorder } from '../../domain/event.ts';
import { errorOf, isOk } from './api-error.ts';
import { ApiServer, type ApiRequest, type ApiResponse } from './api-server.ts';
import { Backoff } from './backoff.ts';
import type { CredentialSource } from './credentials.ts';
import { eventAgain, eventName, involvedObject, namespaceOf, newEvent, type InvolvedObject } from './event-object.ts';
import { apiGroup, apiVersion } from './kinds.ts';

export interface KubernetesEventsOptions {
  readonly credentials: CredentialSource;
  readonly log: Logger;
  /** The node whose agent speaks; undefined for a controller. */
  readonly nodeName?: string;
}

/** Events that wait while the API server is away; older ones are dropped. */
const MOST_WAITING = 500;

/** One that cannot be delivered this often is dropped, so that those after it have their turn. */
const TRIES = 8;

const presentSchema = z.object({ kind: z.literal('Event'), count: z.int() });
const uidSchema = z.object({ metadata: z.object({ uid: z.string() }) });

/**
 * Events of Kubernetes (v1): on the claim of a volume, or on our own resource. One that is there already has its count
 * raised and its message replaced. They go out one after another in the background, and nothing depends on them.
 */
export class KubernetesEvents implements EventRecorder {
  readonly #options: KubernetesEventsOptions;
  readonly #server: ApiServer;
  readonly #waiting: DomainEvent[] = [];
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: KubernetesEventsOptions) {
    this.#options = options;
    this.#server = new ApiServer(options.credentials, 10_000);
  }

  record(event: DomainEvent): void {
    if (this.#stopping.signal.aborted) return;
    this.#waiting.push(event);
    if (this.#waiting.length > MOST_WAITING) this.#waiting.shift();
    this.#running ??= this.#deliverAll().finally(() => (this.#running = undefined));
  }

  /** Drops what still waits. */
  async close(): Promise<void> {
    this.#stopping.abort();
    this.#server.close();
    await this.#running;
  }

  async #deliverAll(): Promise<void> {
    // Not within the turn of whoever records.
    await Promise.resolve();
    for (let event = this.#waiting.shift(); event !== undefined; event = this.#waiting.shift()) {
      await this.#tryDeliver(event);
    }
  }

  async #tryDeliver(event: DomainEvent): Promise<void> {
    const { signal } = this.#stopping;
    const backoff = new Backoff();
    let problem: unknown;
    for (let tries = 0; tries < TRIES && !signal.aborted; tries += 1) {
      try {
        await this.#deliver(event);
        return;
      } catch (error) {
        problem = error;
      }
      await backoff.wait(signal);
    }
    if (signal.aborted) return;
    const { reason, about } = event;
    this.#options.log.warn({ reason, about, error: messageOf(problem) }, 'an event could not be delivered');
  }

  async #deliver(event: DomainEvent): Promise<void> {
    const object = await this.#identified(involvedObject(event.about), event.about);
    const path = `/api/v1/namespaces/${encodeURIComponent(namespaceOf(object))}/events`;
    const body = newEvent(object, event, new Date(), this.#options.nodeName);
    const { status } = await this.#ask({ method: 'POST', path, body });
    if (status !== 409) return;
    // Its count is in the answer to the first patch, so that no right to read events is needed.
    const present = `${path}/${encodeURIComponent(eventName(object, event))}`;
    const contentType = 'application/merge-patch+json';
    const again = eventAgain(event, new Date());
    const said = await this.#ask({ method: 'PATCH', path: present, contentType, body: again });
    const { data } = presentSchema.safeParse(said.body);
    if (data === undefined) return;
    await this.#ask({ method: 'PATCH', path: present, contentType, body: { count: data.count + 1 } });
  }

  /** Throws when it may work later. A refusal stays one: the namespace is gone, say, and nobody is there to read it. */
  async #ask(request: ApiRequest): Promise<ApiResponse> {
    const response = await this.#server.request(request);
    const { status } = response;
    if (isOk(response) || status === 409) return response;
    const error = errorOf(response, { verb: request.method === 'POST' ? 'create' : 'patch', resource: 'events' });
    if (status === 429 || status === 401 || status >= 500) throw error;
    this.#options.log.warn({ error: error.message }, 'an event is refused');
    return response;
  }

  /** `kubectl describe` asks for the events of a uid. */
  async #identified(object: InvolvedObject, { kind, id }: DomainEvent['about']): Promise<InvolvedObject> {
    if (object.kind !== kind || object.uid !== undefined) return object;
    const path = `/apis/${apiGroup}/${apiVersion}/${kind.toLowerCase()}s/${encodeURIComponent(id)}`;
    const found = uidSchema.safeParse((await this.#server.request({ method: 'GET', path })).body);
    return found.success ? { ...object, uid: found.data.metadata.uid } : object;
  }
}
