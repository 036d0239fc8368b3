import type { Logger } from 'pino';
import * as z from 'zod';
import { errorOf, expectOk, type Subject } from '../catalog/kubernetes/api-error.ts';
import type { ApiServer } from '../catalog/kubernetes/api-server.ts';
import { Backoff } from '../catalog/kubernetes/backoff.ts';
import { look } from '../catalog/kubernetes/requests.ts';
import { watchEvents, type WatchEvent } from '../catalog/kubernetes/watch-events.ts';
import { messageOf } from '../domain/errors.ts';
import { uidInPrime } from '../domain/prime-claim.ts';
import { claimSchema, isPopulated, type Claim } from './objects.ts';

export interface ClaimWatchOptions {
  readonly server: ApiServer;
  /** The driver's. */
  readonly namespace: string;
  readonly log: Logger;
  /** Seconds until the server is to end a watch, to be taken up again. */
  readonly watchSeconds?: number;
}

const PATH = '/api/v1/persistentvolumeclaims';
const PAGE = '500';
const WATCH_SECONDS = 300;

const listSchema = z.object({
  metadata: z.object({ resourceVersion: z.string(), continue: z.string().optional() }),
  items: z.array(z.unknown()),
});
const versionSchema = z.object({ metadata: z.object({ resourceVersion: z.string() }) });

/**
 * The claims that name something of ours, of all namespaces: one list, and then what a watch tells. May be late, never for
 * good: whatever breaks is listed anew.
 */
export class ClaimWatch {
  readonly #options: ClaimWatchOptions;
  readonly #stopping = new AbortController();
  readonly #backoff = new Backoff();
  readonly #found = new Map<string, Claim>();
  #running: Promise<void> | undefined;
  #problem = '';

  constructor(options: ClaimWatchOptions) {
    this.#options = options;
  }

  /** `changed` is called for each change of such a claim, or of one that the driver has made for such a claim. */
  start(changed: () => void): void {
    this.#running ??= this.#run(changed);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  list(): readonly Claim[] {
    return [...this.#found.values()];
  }

  async #run(changed: () => void): Promise<void> {
    const { signal } = this.#stopping;
    let version: string | undefined;
    while (!signal.aborted) {
      try {
        version ??= await this.#listAnew();
        changed();
        version = await this.#follow(version, changed);
      } catch (error) {
        version = undefined;
        if (!this.#stopping.signal.aborted) this.#report(messageOf(error));
        await this.#backoff.wait(signal);
      }
    }
  }

  async #listAnew(): Promise<string> {
    const claims: Claim[] = [];
    let next: string | undefined;
    for (;;) {
      const query = new URLSearchParams({ limit: PAGE, ...(next !== undefined && { continue: next }) });
      const request = { method: 'GET', path: `${PATH}?${query.toString()}` } as const;
      const subject = subjectOf('list');
      const { metadata, items } = listSchema.parse(
        expectOk(await look(this.#options.server, request, subject), subject),
      );
      claims.push(...items.map((item) => claimSchema.parse(item)).filter(isPopulated));
      next = metadata.continue;
      if (!next) {
        this.#found.clear();
        for (const claim of claims) this.#found.set(claim.metadata.uid, claim);
        return metadata.resourceVersion;
      }
    }
  }

  /** To the end of one watch; returns where the next goes on, undefined when that ended before its time. */
  async #follow(from: string, changed: () => void): Promise<string | undefined> {
    const { server, watchSeconds = WATCH_SECONDS } = this.#options;
    const began = performance.now();
    let version = from;
    const query = { resourceVersion: from, allowWatchBookmarks: 'true', timeoutSeconds: String(watchSeconds) };
    const client = {
      watch: (asked: Readonly<Record<string, string>>, signal: AbortSignal) =>
        server.open(
          { method: 'GET', path: `${PATH}?${String(new URLSearchParams({ ...asked, watch: 'true' }))}` },
          signal,
        ),
      watchError: (status: number, body: unknown) => errorOf({ status, body }, subjectOf('watch')),
    };
    const tooLong = AbortSignal.timeout((watchSeconds + 10) * 1000);
    for await (const event of watchEvents(client, query, AbortSignal.any([this.#stopping.signal, tooLong]))) {
      version = versionSchema.parse(event.object).metadata.resourceVersion;
      if (this.#apply(event)) changed();
      this.#works();
    }
    this.#works();
    const isInTime = performance.now() - began > (watchSeconds - 1) * 1000;
    if (!isInTime) await this.#backoff.wait(this.#stopping.signal);
    return isInTime ? version : undefined;
  }

  /** Whether it is of interest. */
  #apply({ type, object }: WatchEvent): boolean {
    if (type === 'BOOKMARK') return false;
    const claim = claimSchema.parse(object);
    const { uid, name, namespace } = claim.metadata;
    if (!isPopulated(claim)) return namespace === this.#options.namespace && uidInPrime(name) !== undefined;
    if (type === 'DELETED') this.#found.delete(uid);
    else this.#found.set(uid, claim);
    return true;
  }

  /** Said once, however often it is tried. */
  #report(problem: string): void {
    if (problem !== this.#problem) this.#options.log.warn({ error: problem }, 'claims cannot be watched, trying again');
    this.#problem = problem;
  }

  #works(): void {
    this.#backoff.succeeded();
    this.#problem = '';
  }
}

function subjectOf(verb: string): Subject {
  return { verb, resource: 'persistentvolumeclaims' };
}
