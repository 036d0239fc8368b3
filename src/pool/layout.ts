import { join } from 'node:path';
import { VolumeError } from '../domain/errors.ts';
import { isId, isTemplateId } from '../domain/ids.ts';

/** The folders of a pool. Everything in `staging` is unfinished and everything in `trash` is deleted. */
export const folders = ['volumes', 'snapshots', 'groups', 'blanks', 'staging', 'trash', 'freezing'] as const;
export type Folder = (typeof folders)[number];

interface At {
  readonly path: string;
}

/** The path of a folder, or of a name in it. The name must be one of our own making. */
export function within({ path }: At, folder: Folder, name = ''): string {
  return join(path, folder, name);
}

/** Where a volume or snapshot is, once it is complete. Only ids of our own making become paths. */
export function imageDirectory(pool: At, id: string): string {
  if (isVolumeId(id)) return within(pool, 'volumes', id);
  if (isSnapshotId(id)) return within(pool, 'snapshots', id);
  throw new VolumeError('NotFound', `"${id}" is not the id of a volume or snapshot of this driver`);
}

/** The image of a volume or snapshot, there or not. */
export function imagePath(pool: At, id: string): string {
  return join(imageDirectory(pool, id), 'image');
}

/** The directory of a volume that has files in the pool in place of an image, there or not. */
export function dataPath(pool: At, id: string): string {
  return join(imageDirectory(pool, id), 'data');
}

export function recordPath(pool: At, id: string): string {
  return join(imageDirectory(pool, id), recordName(id));
}

/** The record of a template, also beside that of a volume which is to become one. */
export const TEMPLATE_RECORD = 'template.json';

/**
 * What the record is called in the directory of its image. A template's is another file than a volume's, so that one
 * rename of the directory, with both in it, makes the one of the other.
 */
export function recordName(id: string): string {
  return isTemplateId(id) ? TEMPLATE_RECORD : 'record.json';
}

export function isVolumeId(id: string): boolean {
  return isId(id) && id.startsWith('vol-');
}

/** Also of a template, which to the pool is a snapshot. */
export function isSnapshotId(id: string): boolean {
  return (isId(id) && id.startsWith('snap-')) || isTemplateId(id);
}

export function isGroupId(id: string): boolean {
  return isId(id) && id.startsWith('group-');
}

/** Throws InvalidArgument for an id that must not become a path. */
export function requireOwnIds(ids: {
  readonly volumes?: readonly string[];
  readonly snapshots?: readonly string[];
}): void {
  const { volumes = [], snapshots = [] } = ids;
  const odd = [...volumes.filter((id) => !isVolumeId(id)), ...snapshots.filter((id) => !isSnapshotId(id))][0];
  if (odd === undefined) return;
  throw new VolumeError('InvalidArgument', `${JSON.stringify(odd.slice(0, 64))} is not an id of this driver`);
}
