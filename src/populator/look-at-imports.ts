import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import { ConflictError } from '../catalog/catalog.ts';
import { volumeImports } from '../catalog/kubernetes/apis.ts';
import { messageOf } from '../domain/errors.ts';
import type { ClaimImport } from '../domain/volume-import.ts';
import type { PopulatorDeps } from './deps.ts';
import { IMPORTS, isOpen, volumeImportSchema, type Claim, type VolumeImport } from './objects.ts';
import { populateClaim } from './populate-claim.ts';

/** Milliseconds between two looks: while something is under way, while there are imports at all, and else. */
const AT_WORK_MS = 2_000;
const IDLE_MS = 5_000;
const UNUSED_MS = 15_000;

/** As the API server has them at hand. */
const FROM_CACHE = { resourceVersion: '0' };

/** Claims in one status, as the API server takes them. */
const MOST_TOLD = 1_000;

/**
 * The next step for every claim that names a VolumeImport, and in the status of those how far they are; returns after how
 * many milliseconds to look again.
 */
export async function lookAtImports(claims: readonly Claim[], deps: PopulatorDeps, log: Logger): Promise<number> {
  const { client } = deps;
  const imports = await client.list(volumeImports, undefined, FROM_CACHE, volumeImportSchema);
  const open = claims.filter((claim) => claim.spec.dataSourceRef?.kind === IMPORTS && isOpen(claim));
  const found: { readonly claim: Claim; readonly told: ClaimImport }[] = [];
  for (const claim of open) {
    const source = imports.find((each) => names(claim, each));
    const told = await step(claim, source, deps, log);
    if (told !== undefined) found.push({ claim, told });
  }
  for (const one of imports) {
    const told = found.filter(({ claim }) => names(claim, one)).map((each) => each.told);
    await report(one, told.slice(0, MOST_TOLD), deps, log);
  }
  if (open.length > 0) return AT_WORK_MS;
  return imports.length > 0 ? IDLE_MS : UNUSED_MS;
}

/** One that cannot be helped does not keep the others waiting. */
async function step(
  claim: Claim,
  source: VolumeImport | undefined,
  deps: PopulatorDeps,
  log: Logger,
): Promise<ClaimImport | undefined> {
  const { name } = claim.metadata;
  try {
    const state = await populateClaim(claim, source, deps);
    return state && { claim: name, ...state };
  } catch (error) {
    // It has changed since it was read: the next look sees it.
    if (!(error instanceof ConflictError)) log.warn({ claim: name, error: messageOf(error) }, 'cannot go on');
    return { claim: name, state: 'Retrying', message: messageOf(error) };
  }
}

async function report(
  { metadata, status }: VolumeImport,
  claims: readonly ClaimImport[],
  { client }: PopulatorDeps,
  log: Logger,
): Promise<void> {
  if (isDeepStrictEqual(status.claims, claims)) return;
  const { name, namespace } = metadata;
  try {
    await client.merge({ api: volumeImports, namespace, name }, { status: { claims } }, '/status');
  } catch (error) {
    // What one cannot be told keeps nothing from the others.
    log.warn({ import: `${namespace}/${name}`, error: messageOf(error) }, 'its status cannot be written');
  }
}

function names({ metadata, spec }: Claim, source: VolumeImport): boolean {
  return metadata.namespace === source.metadata.namespace && spec.dataSourceRef?.name === source.metadata.name;
}
