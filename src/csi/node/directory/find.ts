import { isDirectoryVolume } from '../../../pool/directory-volume.ts';
import type { FoundVolume } from '../../../pool/pool-set.ts';
import type { NodeDeps } from '../deps.ts';
import { refuseOlder, requireVolume } from '../require-volume.ts';
import type { DirectoryVolume } from './directory-volume.ts';
import { managedVolume } from './managed-volume.ts';
import type { WithDirectories } from './show.ts';

/** A volume of this node: one with an image, or one that is a directory, and what shows it. */
export type AnyVolume =
  | { readonly kind: 'image'; readonly volume: FoundVolume }
  | { readonly kind: 'directory'; readonly volume: DirectoryVolume; readonly deps: WithDirectories };

/** As `requireVolume`, whatever kind of volume it is. */
export async function requireAnyVolume(
  deps: NodeDeps,
  id: string,
  volumeContext: Readonly<Record<string, string>> = {},
): Promise<AnyVolume> {
  const managed = hasDirectories(deps) ? findManaged(deps, id) : undefined;
  if (managed !== undefined) {
    refuseOlder(managed.volume, volumeContext);
    return managed;
  }
  const volume = await requireVolume(deps, id, volumeContext);
  return (hasDirectories(deps) ? ofFilesystem(deps, volume) : undefined) ?? { kind: 'image', volume };
}

/** The volume when it is a directory, for what must be undone also when its record cannot be read. */
export async function findDirectoryVolume(deps: WithDirectories, id: string): Promise<DirectoryVolume | undefined> {
  const managed = findManaged(deps, id);
  if (managed !== undefined || deps.directories.filesystemVolume === undefined) return managed?.volume;
  const volume = await deps.pools.find(id).catch(() => undefined);
  return volume && ofFilesystem(deps, volume)?.volume;
}

/** Whether the volume is a directory, or is noted to be shown as one. */
export async function isDirectoryHere(deps: WithDirectories, id: string): Promise<boolean> {
  const { managed, shown } = deps.directories;
  return managed.records.has(id) || (await shown.knows(id));
}

export function hasDirectories(deps: NodeDeps): deps is WithDirectories {
  return deps.directories !== undefined;
}

type FoundDirectory = Extract<AnyVolume, { kind: 'directory' }>;

function findManaged(deps: WithDirectories, id: string): FoundDirectory | undefined {
  const { managed } = deps.directories;
  const record = managed.records.get(id);
  return record && { kind: 'directory', volume: managedVolume(record, managed), deps };
}

function ofFilesystem(deps: WithDirectories, found: FoundVolume): FoundDirectory | undefined {
  const volume = isDirectoryVolume(found.record) ? deps.directories.filesystemVolume?.(found) : undefined;
  return volume && { kind: 'directory', volume, deps };
}
