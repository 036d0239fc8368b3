import type { Logger } from 'pino';
import * as z from 'zod';
import { GoneError } from '../catalog/kubernetes/api-error.ts';
import type { ApiServer } from '../catalog/kubernetes/api-server.ts';
import { Backoff } from '../catalog/kubernetes/backoff.ts';
import { isGone, watchEvents, type WatchEvent } from '../catalog/kubernetes/watch-events.ts';
import { messageOf } from '../domain/errors.ts';
import { uidInPrime } from '../domain/prime-claim.ts';
import { listClaims, watchOfClaims } from './claim-requests.ts';
import { claimSchema, isPopulated, type Claim } from './objects.ts';

export interface ClaimWatchOptions {
  readonly server: ApiServer;
  /** The driver's. */
  readonly namespace: string;
  readonly log: Logger;
  /** Seconds until the server is to end a watch, to be taken up again. */
  readonly watchSeconds?: number;
}

const PAGE = '500';
const WATCH_SECONDS = 300;
/** Milliseconds: a watch that ends sooner is not begun again at once. */
const BRIEF_MS = 1_000;

const versionSchema = z.object({ metadata: z.object({ resourceVersion: z.string() }) });

/**
 * The claims that name something of ours, of all namespaces: one list, and then what a watch tells. May be late, never for
 * good: a watch that broke is taken up where it ended, or after a new list.
 */
export class ClaimWatch {
  readonly #options: ClaimWatchOptions;
  readonly #stopping = new AbortController();
  readonly #backoff = new Backoff();
  readonly #found = new Map<string, Claim>();
  /** That the next watch begins after; undefined before the first list, and when the server has forgotten it. */
  #version: string | undefined;
  #isInterrupted = false;
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

  /** With those that the driver has made for such claims. */
  list(): readonly Claim[] {
    return [...this.#found.values()];
  }

  async #run(changed: () => void): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        if (this.#version === undefined) await this.#listAnew();
        else if (this.#isInterrupted) await this.#requireAhead(this.#version);
        this.#isInterrupted = false;
        changed();
        await this.#follow(changed);
      } catch (error) {
        this.#isInterrupted = true;
        if (isGone(error)) this.#version = undefined;
        else if (!this.#stopping.signal.aborted) this.#report(messageOf(error));
        await this.#backoff.wait(signal);
      }
    }
  }

  async #listAnew(): Promise<void> {
    const claims: Claim[] = [];
    let next: string | undefined;
    for (;;) {
      const { metadata, items } = await listClaims(this.#options.server, {
        limit: PAGE,
        ...(next !== undefined && { continue: next }),
      });
      claims.push(...items.map((item) => claimSchema.parse(item)).filter((claim) => this.#isOurs(claim)));
      next = metadata.continue;
      if (!next) {
        this.#found.clear();
        for (const claim of claims) this.#found.set(claim.metadata.uid, claim);
        this.#version = metadata.resourceVersion;
        return;
      }
    }
  }

  /** As a catalog's watch: one from a version that a restored server has not reached tells nothing until it has. */
  async #requireAhead(version: string): Promise<void> {
    const { metadata } = await listClaims(this.#options.server, { limit: '1' });
    if (BigInt(metadata.resourceVersion) < BigInt(version))
      throw new GoneError(`the API server is at ${metadata.resourceVersion}, and was at ${version} before`);
  }

  /** To the end of one watch. */
  async #follow(changed: () => void): Promise<void> {
    const { server, watchSeconds = WATCH_SECONDS } = this.#options;
    const began = performance.now();
    const query = {
      resourceVersion: this.#version ?? '',
      allowWatchBookmarks: 'true',
      timeoutSeconds: String(watchSeconds),
    };
    const tooLong = AbortSignal.timeout((watchSeconds + 10) * 1000);
    for await (const event of watchEvents(
      watchOfClaims(server),
      query,
      AbortSignal.any([this.#stopping.signal, tooLong]),
    )) {
      if (this.#apply(event)) changed();
      this.#version = versionSchema.parse(event.object).metadata.resourceVersion;
      this.#works();
    }
    const lasted = performance.now() - began;
    this.#isInterrupted = lasted < watchSeconds * 1000 - BRIEF_MS;
    if (lasted < BRIEF_MS) await this.#backoff.wait(this.#stopping.signal);
    else this.#works();
  }

  /** Whether it is of interest. */
  #apply({ type, object }: WatchEvent): boolean {
    if (type === 'BOOKMARK') return false;
    const claim = claimSchema.parse(object);
    if (!this.#isOurs(claim)) return false;
    if (type === 'DELETED') this.#found.delete(claim.metadata.uid);
    else this.#found.set(claim.metadata.uid, claim);
    return true;
  }

  #isOurs(claim: Claim): boolean {
    const { name, namespace } = claim.metadata;
    return isPopulated(claim) || (namespace === this.#options.namespace && uidInPrime(name) !== undefined);
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
