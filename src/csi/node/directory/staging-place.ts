import type { NodeDeps } from '../deps.ts';
import { join } from 'node:path';

/**
 * Where a directory volume shows for a staging path. In a cluster that is in it, named after the volume: the kubelet never
 * calls NodeUnstageVolume while what is mounted at the staging path itself is mounted at another place of the node, too
 * (GetDeviceMountRefs): that is the private mount of a filesystem, or what the host has mounted at a managed directory.
 */
export function stagingPlace({ directories }: NodeDeps, id: string, stagingTargetPath: string): string {
  return directories.stagesInside ? join(stagingTargetPath, id) : stagingTargetPath;
}
