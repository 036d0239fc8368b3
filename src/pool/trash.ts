import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { isHostError } from '../host/host-error.ts';
import type { Host } from '../host/host.ts';
import { within } from './layout.ts';

/** Where deleted things go: one rename makes them gone, their blocks are given back in the background. */
export class Trash {
  readonly #pool: { readonly path: string; readonly host: Host; readonly log: Logger };
  readonly #removing = new Set<Promise<void>>();

  constructor(pool: { readonly path: string; readonly host: Host; readonly log: Logger }) {
    this.#pool = pool;
  }

  /** Deletes a directory: durable when it returns. `name` tells a person what it was. Gone already is fine. */
  async discard(directory: string, name: string): Promise<void> {
    const entry = `${name}.${randomUUID()}`;
    try {
      await this.#pool.host.files.move(directory, within(this.#pool, 'trash', entry));
    } catch (error) {
      if (isHostError(error, 'ENOENT')) return;
      throw error;
    }
    this.#remove(entry);
  }

  /** Begins to remove what a former run left. */
  async resume(): Promise<void> {
    for (const entry of await this.#pool.host.files.list(within(this.#pool, 'trash'))) this.#remove(entry);
  }

  /** Waits until all that was discarded so far is removed, or has failed to be. */
  async settled(): Promise<void> {
    await Promise.all(this.#removing);
  }

  #remove(entry: string): void {
    const { host, log } = this.#pool;
    const removing = host.files
      .removeTree(within(this.#pool, 'trash', entry))
      .catch((error: unknown) => {
        // It holds room until the next start tries again, no more.
        log.error({ entry, err: error }, 'trash could not be removed');
      })
      .finally(() => this.#removing.delete(removing));
    this.#removing.add(removing);
  }
}
