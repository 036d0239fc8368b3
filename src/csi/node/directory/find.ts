import type { FoundVolume } from '../../../pool/pool-set.ts';
import type { NodeDeps } from '../deps.ts';
import { refuseOlder, requireVolume } from '../require-volume.ts';
import type { DirectoryVolume } from './directory-volume.ts';
import { managedVolume } from './managed-volume.ts';

/** A volume of this node: one with an image, or one that is a directory. */
export type AnyVolume =
  | { readonly kind: 'image'; readonly volume: FoundVolume }
  | { readonly kind: 'directory'; readonly volume: DirectoryVolume };

/** As `requireVolume`, whatever kind of volume it is. */
export async function requireAnyVolume(
  deps: NodeDeps,
  id: string,
  volumeContext: Readonly<Record<string, string>> = {},
): Promise<AnyVolume> {
  const managed = findManaged(deps, id);
  if (managed !== undefined) {
    refuseOlder(managed, volumeContext);
    return { kind: 'directory', volume: managed };
  }
  const found = await requireVolume(deps, id, volumeContext);
  const volume = deps.directories.filesystemVolume(found);
  return volume === undefined ? { kind: 'image', volume: found } : { kind: 'directory', volume };
}

/** The volume when it is a directory, for what must be undone also when its record cannot be read. */
export async function findDirectoryVolume(deps: NodeDeps, id: string): Promise<DirectoryVolume | undefined> {
  const managed = findManaged(deps, id);
  if (managed !== undefined) return managed;
  const found = await deps.pools.find(id).catch(() => undefined);
  return found && deps.directories.filesystemVolume(found);
}

/** Whether the volume is a directory, or is noted to be shown as one. */
export async function isDirectoryHere({ directories: { managed, shown } }: NodeDeps, id: string): Promise<boolean> {
  return managed.records.has(id) || (await shown.knows(id));
}

function findManaged({ directories: { managed } }: NodeDeps, id: string): DirectoryVolume | undefined {
  const record = managed.records.get(id);
  return record && managedVolume(record, managed);
}
