import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { messageOf } from '../domain/errors.ts';
import type { ClaimWatch } from './claim-watch.ts';
import type { CloneDeps } from './clone-template.ts';
import type { PopulatorDeps } from './deps.ts';
import { lookAtClones, type Said } from './look-at-clones.ts';
import { lookAtImports } from './look-at-imports.ts';
import type { Claim } from './objects.ts';
import { letGoOfImports, removeOrphans } from './orphans.ts';

export interface PopulatorOptions {
  readonly claims: Pick<ClaimWatch, 'start' | 'stop'> & {
    readonly list: () => readonly Claim[] | Promise<readonly Claim[]>;
  };
  readonly clones: CloneDeps;
  /** Undefined where nobody may ask for imports. */
  readonly imports: PopulatorDeps | undefined;
  readonly log: Logger;
}

/** Milliseconds until it is tried again when the API server cannot be asked. */
const TROUBLE_MS = 5_000;

/**
 * Makes the volumes of claims whose `dataSourceRef` names a VolumeTemplate or a VolumeImport. Any number of them may run:
 * what they make has the same name whoever makes it, and what they change they change only as they have read it.
 */
export class Populator {
  readonly #options: PopulatorOptions;
  readonly #said: Said = new Map();
  readonly #stopping = new AbortController();
  #changed = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: PopulatorOptions) {
    this.#options = options;
  }

  start(): void {
    this.#options.claims.start(() => {
      this.#changed.abort();
    });
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([this.#options.claims.stop(), this.#running]);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    let problem = '';
    while (!signal.aborted) {
      let pauseMs = TROUBLE_MS;
      // What changes from here on is looked at afterwards.
      this.#changed = new AbortController();
      try {
        pauseMs = await this.look();
        problem = '';
      } catch (error) {
        // Said once, however often it is tried.
        if (messageOf(error) !== problem) {
          this.#options.log.warn({ error: messageOf(error) }, 'claims cannot be seen to now');
        }
        problem = messageOf(error);
      }
      const woken = AbortSignal.any([signal, this.#changed.signal]);
      await delay(pauseMs, undefined, { signal: woken }).catch(() => undefined);
    }
  }

  /** The next step for every claim; returns after how many milliseconds to look again, changes aside. */
  async look(): Promise<number> {
    const { clones, imports, log } = this.#options;
    const claims = await this.#options.claims.list();
    await removeOrphans(claims, clones, imports !== undefined, log);
    const pauseMs = await lookAtClones(claims, this.#said, clones, log);
    if (imports === undefined) {
      await letGoOfImports(claims, clones, log);
      return pauseMs;
    }
    return Math.min(pauseMs, await lookAtImports(claims, imports, log));
  }
}
