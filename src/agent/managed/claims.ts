import type { Catalog } from '../../catalog/catalog.ts';
import { overlapError, type ManagedOwner } from '../../domain/managed-overlap.ts';
import { overlaps } from '../../domain/managed-path.ts';
import { isSettled } from '../../domain/resource.ts';
import type { Volume } from '../../domain/volume.ts';

export interface Claim extends ManagedOwner {
  readonly uuid: string;
  /** Of the volume, when this agent wrote, or tried to write, that it is ready. */
  readonly version: string;
}

/**
 * The directories beneath shared roots that are volumes, by the ids of those, as the agent knows them that acts for what
 * nodes share: also of volumes that are in the pools of other nodes, and of those whose record this node could not make.
 */
export type Claims = Map<string, Claim>;

export function claimOf({ id, version, spec }: Volume): Claim | undefined {
  const { uuid, managed } = spec;
  return managed && { id, version, uuid, spec, hostPath: managed.hostPath };
}

/** Throws FailedPrecondition when another volume has the directory, or one above or below it, by the path. */
export async function refuseClaimed(
  claims: Claims,
  { id, hostPath }: Pick<Claim, 'id' | 'hostPath'>,
  { volumes }: Pick<Catalog, 'volumes'>,
): Promise<void> {
  for (const claim of [...claims.values()]) {
    if (claim.id === id || !overlaps(hostPath, claim.hostPath)) continue;
    if (!isVoid(claim, await volumes.find(claim.id))) throw overlapError(hostPath, claim, hostPath, claim.hostPath);
    claims.delete(claim.id);
  }
}

/**
 * A write whose answer was lost may still come to the catalog, as long as the volume is of the version that it was made
 * for; so a volume that is not ready has its directory until it is known not to become so.
 */
function isVoid(claim: Claim, now: Volume | undefined): boolean {
  if (now?.spec.uuid !== claim.uuid) return true;
  return !now.status.ready && isSettled(now) && now.version !== claim.version;
}
