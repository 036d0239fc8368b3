import type { Logger } from 'pino';
import { ConflictError } from '../catalog/catalog.ts';
import { messageOf } from '../domain/errors.ts';
import { cloneTemplate, type CloneDeps } from './clone-template.ts';
import { tell } from './deps.ts';
import { CLONES, isOpen, type Claim } from './objects.ts';

/** Milliseconds between two looks: while claims wait for what no watch of claims tells, and else. */
const WAITING_MS = 3_000;
const IDLE_MS = 60_000;

/** What was said last on each claim that waits, by its uid: it is not said again at every look. */
export type Said = Map<string, string>;

/** The next step for every claim that names a VolumeTemplate; returns after how many milliseconds to look again. */
export async function lookAtClones(
  claims: readonly Claim[],
  said: Said,
  deps: CloneDeps,
  log: Logger,
): Promise<number> {
  const open = claims.filter((claim) => claim.spec.dataSourceRef?.kind === CLONES && isOpen(claim));
  const uids = new Set(open.map(({ metadata }) => metadata.uid));
  for (const uid of said.keys()) if (!uids.has(uid)) said.delete(uid);
  for (const claim of open) await step(claim, said, deps, log);
  return open.length > 0 ? WAITING_MS : IDLE_MS;
}

/** One that cannot be helped does not keep the others waiting. */
async function step(claim: Claim, said: Said, deps: CloneDeps, log: Logger): Promise<void> {
  const { uid, name } = claim.metadata;
  try {
    const state = await cloneTemplate(claim, deps);
    const message = state.kind === 'waiting' ? state.message : undefined;
    if (message === undefined) said.delete(uid);
    else if (said.get(uid) !== message) {
      tell(claim, deps, { type: 'Warning', reason: 'CloneWaits', message });
      said.set(uid, message);
    }
  } catch (error) {
    // It has changed since it was read: the next look sees it.
    if (!(error instanceof ConflictError)) log.warn({ claim: name, error: messageOf(error) }, 'cannot go on');
  }
}
