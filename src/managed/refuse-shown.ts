import { overlapError } from '../domain/managed-overlap.ts';
import { isBelow, overlaps } from '../domain/managed-path.ts';
import type { ManagedPlace } from './managed-place.ts';
import type { Identity } from './record.ts';

type Directory = Pick<Identity, 'deviceNumber' | 'path'>;

/**
 * Throws FailedPrecondition when the directory, or one above or below it, is what another volume shows now: it may have
 * been renamed since that was staged, so that no record tells.
 */
export async function refuseShown(
  place: Pick<ManagedPlace, 'host' | 'records' | 'shown'>,
  { id, hostPath }: { readonly id: string; readonly hostPath: string },
  own: Directory,
): Promise<void> {
  const isOfIt = (mount: { readonly deviceNumber: number; readonly root: string }) =>
    mount.deviceNumber === own.deviceNumber && overlaps(own.path, mount.root);
  const mounts = await place.host.mounts.list();
  // All but those through which the directory itself is reached. Most often there is none, and no note need be read.
  const others = mounts.filter((mount) => isOfIt(mount) && !isBelow(hostPath, mount.target));
  if (others.length === 0) return;
  for (const [otherId, shown] of await place.shown.all()) {
    const other = otherId === id ? undefined : place.records.get(otherId);
    const mount = shown.flatMap((one) => one.mounts).find(isOfIt);
    if (other === undefined || mount === undefined) continue;
    throw overlapError(hostPath, { id: otherId, spec: other, hostPath: other.managed.hostPath }, own.path, mount.root);
  }
}
