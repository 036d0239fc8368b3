import type { Logger } from 'pino';
import type { Catalog } from '../../../catalog/catalog.ts';
import { specText } from '../../../domain/quota.ts';
import type { Quotas } from './quotas.ts';

export interface QuotaKeeperOptions {
  readonly catalog: Catalog;
  readonly quotas: Quotas;
  readonly log: Logger;
}

/** Milliseconds. */
const INTERVAL_MS = 60_000;

/**
 * Has quotas counted anew at the start, every minute, and as soon as somebody has made or changed one. Every replica may
 * do it, and a round that fails is made up for by the next.
 */
export class QuotaKeeper {
  readonly #options: QuotaKeeperOptions;
  #timer: NodeJS.Timeout | undefined;
  #stopWatching: (() => void) | undefined;
  #round: Promise<void> = Promise.resolve();
  #isAsked = false;
  #isFailing = false;

  constructor(options: QuotaKeeperOptions) {
    this.#options = options;
  }

  start(): void {
    const look = (): void => {
      this.#ask();
    };
    this.#timer ??= setInterval(look, INTERVAL_MS).unref();
    this.#stopWatching ??= this.#options.catalog.quotas.watch(({ resource }) => {
      if (resource !== undefined && resource.status.countedFor !== specText(resource.spec)) look();
    });
    look();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopWatching?.();
    await this.#round;
  }

  #ask(): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    this.#round = this.#round.then(() => this.#tryLook());
  }

  async #tryLook(): Promise<void> {
    this.#isAsked = false;
    try {
      await this.#options.quotas.look();
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) this.#options.log.error({ err: error }, 'cannot count what quotas limit, trying again');
      this.#isFailing = true;
    }
  }
}
