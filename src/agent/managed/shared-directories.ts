import { rootOf } from '../../domain/managed-path.ts';
import { managedPoolName, sharedManagedPoolId } from '../../domain/pool.ts';
import { deleteManaged } from '../../managed/delete-volume.ts';
import type { ManagedPlace } from '../../managed/managed-place.ts';
import type { Place } from '../place.ts';
import type { Holding } from '../shared/holding.ts';
import type { Claims } from './claims.ts';
import type { ManagedAgentDeps } from './deps.ts';
import { attendHomes, releaseAtHome } from './homes.ts';
import { placeOf } from './managed-place.ts';
import { ensureTaken } from './reconcile-managed.ts';
import { takeStock } from './take-stock.ts';

/** Whether this node is one of those that share directories, or was and has volumes of that time. */
export function sharesDirectories({ roots, records }: ManagedPlace): boolean {
  return roots.some(({ shared }) => shared) || [...records.values()].some(({ isShared }) => isShared);
}

/** What this node has of the volumes in directories that several nodes have. */
export function sharedDirectories(claims: Claims, deps: ManagedAgentDeps): Holding {
  const { place } = deps;
  const id = sharedManagedPoolId;
  return {
    id,
    place: sharedPlace(claims, place),
    isHere: () => sharesDirectories(place),
    isOffered: () => place.roots.some(({ shared }) => shared),
    describe(present) {
      const roots = place.roots.filter(({ shared }) => shared);
      const isOther = ({ path }: { readonly path: string }) => !roots.some((root) => root.path === path);
      const all = [...(present?.managedRoots ?? []).filter(isOther), ...roots];
      return { name: managedPoolName, managedRoots: all.sort((a, b) => (a.path < b.path ? -1 : 1)) };
    },
    held: () => [...place.records.values()].filter(({ isShared }) => isShared),
    keep: (volume) => ensureTaken(volume, deps),
    drop: (volume, uuid) => deleteManaged(place, volume, uuid),
    begin: () => takeStock(claims, deps),
    release: (volume) => releaseAtHome(volume, deps),
    attend: async () => {
      await attendHomes(deps);
      await keepMissing(deps);
    },
    report: () => deps.report(id, ({ shared }) => shared),
  };
}

/** Records that could not be written when the volume was made, or of an answer that was not known to have been taken. */
async function keepMissing({ catalog, place }: ManagedAgentDeps): Promise<void> {
  for (const volume of await catalog.volumes.list({ pool: sharedManagedPoolId })) {
    const isMade = volume.spec.desired === 'Present' && volume.status.ready;
    if (isMade && !place.records.has(volume.id)) await ensureTaken(volume, { place });
  }
}

/** Of a volume beneath a root that this node does not have it cannot say how it is. */
function sharedPlace(claims: Claims, managed: ManagedPlace): Place {
  const place = placeOf(managed, true);
  return {
    ...place,
    health: (volume) => {
      const hostPath = place.has(volume.id) ? undefined : claims.get(volume.id)?.hostPath;
      const isUnseen = hostPath !== undefined && rootOf(hostPath, managed.roots) === undefined;
      return isUnseen ? Promise.resolve([]) : place.health(volume);
    },
  };
}
