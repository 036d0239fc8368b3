import { managedPoolName, sharedManagedPoolId } from '../../domain/pool.ts';
import { deleteManaged } from '../../managed/delete-volume.ts';
import type { ManagedPlace } from '../../managed/managed-place.ts';
import type { Holding } from '../shared/holding.ts';
import { adoptManaged } from './adopt-managed.ts';
import type { ManagedAgentDeps } from './deps.ts';
import { placeOf } from './managed-place.ts';
import { ensureTaken } from './reconcile-managed.ts';

/** Whether this node is one of those that share directories, or was and has volumes of that time. */
export function sharesDirectories({ roots, records }: ManagedPlace): boolean {
  return roots.some(({ shared }) => shared) || [...records.values()].some(({ isShared }) => isShared);
}

/** What this node has of the volumes in directories that several nodes have. */
export function sharedDirectories(deps: ManagedAgentDeps): Holding {
  const { place } = deps;
  const id = sharedManagedPoolId;
  return {
    id,
    place: placeOf(place, true),
    isHere: () => sharesDirectories(place),
    describe(present) {
      const roots = place.roots.filter(({ shared }) => shared);
      const isOther = ({ path }: { readonly path: string }) => !roots.some((root) => root.path === path);
      const all = [...(present?.managedRoots ?? []).filter(isOther), ...roots];
      return { name: managedPoolName, managedRoots: all.sort((a, b) => (a.path < b.path ? -1 : 1)) };
    },
    held: () => [...place.records.values()].filter(({ isShared }) => isShared),
    keep: (volume) => ensureTaken(volume, place),
    drop: (volume, uuid) => deleteManaged(place, volume, uuid),
    adopt: () => adoptManaged(place, { id, isShared: true }, deps),
    report: () => deps.report(id, ({ shared }) => shared),
  };
}
