import type { Logger } from 'pino';
import { VolumeError } from '../domain/errors.ts';
import { CatalogError } from './catalog-error.ts';

/** Says once that something does not work, and once that it does again, however often it is tried in between. */
export class TroubleLog {
  readonly #log: Logger;
  readonly #present = new Map<string, string>();

  constructor(log: Logger) {
    this.#log = log;
  }

  failed(what: string, error: unknown): void {
    const state = stateOf(error);
    if (this.#present.get(what) === state) return;
    this.#present.set(what, state);
    this.#log.error({ what, err: error }, 'does not work, trying again');
  }

  /** For what is done again soon anyway. Never throws. */
  async attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.worked(what);
    } catch (error) {
      this.failed(what, error);
    }
  }

  worked(what: string): void {
    if (this.#present.delete(what)) this.#log.info({ what }, 'works again');
  }
}

/** The reason, not the message: that names another port or time in each. */
function stateOf(error: unknown): string {
  const cause = error instanceof CatalogError ? error.cause : error;
  if (cause instanceof VolumeError) return cause.reason;
  return cause instanceof Error ? cause.name : 'Error';
}
