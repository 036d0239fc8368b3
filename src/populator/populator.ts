import { isDeepStrictEqual } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { ConflictError } from '../catalog/catalog.ts';
import { apiGroup } from '../catalog/kubernetes/kinds.ts';
import { messageOf } from '../domain/errors.ts';
import type { ClaimImport } from '../domain/volume-import.ts';
import { claimSchema, volumeImportSchema, type Claim, type VolumeImport } from './objects.ts';
import type { PopulatorDeps } from './deps.ts';
import { populateClaim } from './populate-claim.ts';
import { FINALIZER } from './settings.ts';

/** Milliseconds between two looks: while something is under way, while there are imports at all, and else. */
const AT_WORK_MS = 2_000;
const IDLE_MS = 5_000;
const UNUSED_MS = 15_000;

/**
 * Fills the volumes of claims whose `dataSourceRef` names a VolumeImport. Any number of them may run: what they make has the
 * same name whoever makes it, and what they change they change only as they have read it.
 */
export class Populator {
  readonly #deps: PopulatorDeps;
  readonly #log: Logger;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;

  constructor(deps: PopulatorDeps, log: Logger) {
    this.#deps = deps;
    this.#log = log;
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
    let problem = '';
    while (!signal.aborted) {
      let pauseMs = UNUSED_MS;
      try {
        pauseMs = await this.look();
        problem = '';
      } catch (error) {
        // Said once, however often it is tried.
        if (messageOf(error) !== problem) this.#log.warn({ error: messageOf(error) }, 'claims cannot be filled now');
        problem = messageOf(error);
      }
      await delay(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** The next step for every claim; returns after how many milliseconds to look again. */
  async look(): Promise<number> {
    const { client } = this.#deps;
    const imports = await client.list('volumeimports', volumeImportSchema);
    const claims = (await client.list('persistentvolumeclaims', claimSchema)).filter(isOurs);
    const open = claims.filter(isOpen);
    const found: { readonly claim: Claim; readonly told: ClaimImport }[] = [];
    for (const claim of open) {
      const source = imports.find((each) => names(claim, each));
      const told = await this.#step(claim, source);
      if (told !== undefined) found.push({ claim, told });
    }
    for (const one of imports) {
      await this.#report(
        one,
        found.filter(({ claim }) => names(claim, one)).map(({ told }) => told),
      );
    }
    if (open.length > 0) return AT_WORK_MS;
    return imports.length > 0 ? IDLE_MS : UNUSED_MS;
  }

  /** One that cannot be helped does not keep the others waiting. */
  async #step(claim: Claim, source: VolumeImport | undefined): Promise<ClaimImport | undefined> {
    const { name } = claim.metadata;
    try {
      const state = await populateClaim(claim, source, this.#deps);
      return state && { claim: name, ...state };
    } catch (error) {
      // It has changed since it was read: the next look sees it.
      if (!(error instanceof ConflictError)) this.#log.warn({ claim: name, error: messageOf(error) }, 'cannot go on');
      return { claim: name, state: 'Retrying', message: messageOf(error) };
    }
  }

  async #report({ metadata, status }: VolumeImport, claims: readonly ClaimImport[]): Promise<void> {
    if (isDeepStrictEqual(status.claims, claims)) return;
    const { name, namespace } = metadata;
    await this.#deps.client.merge({ resource: 'volumeimports', namespace, name }, { status: { claims } }, 'status');
  }
}

/** A source in another namespace is none of ours: nobody has allowed that. */
function isOurs({ spec: { dataSourceRef: ref } }: Claim): boolean {
  return ref?.apiGroup === apiGroup && ref.kind === 'VolumeImport' && ref.namespace === undefined;
}

/** To be filled yet, or to be tidied up after. */
function isOpen({ metadata, spec }: Claim): boolean {
  return (
    metadata.finalizers.includes(FINALIZER) ||
    (spec.volumeName === undefined && metadata.deletionTimestamp === undefined)
  );
}

function names({ metadata, spec }: Claim, source: VolumeImport): boolean {
  return metadata.namespace === source.metadata.namespace && spec.dataSourceRef?.name === source.metadata.name;
}
