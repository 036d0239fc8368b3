import type { IdMapping } from '../../../host/bind-mount.ts';
import type { PinnedPath } from '../../../host/host.ts';
import type { Note } from '../../../directory/note.ts';
import type { NodeDeps } from '../deps.ts';

/** What is to be shown where, and as what it is noted. */
export interface Show extends Pick<Note, 'role' | 'staging' | 'access' | 'readOnly'> {
  readonly id: string;
  readonly source: string;
  readonly target: PinnedPath;
  readonly options?: readonly string[];
  readonly mapping?: IdMapping | undefined;
}

/** A bind mount, noted before it is made. When it fails the note is void, and goes with the next change. */
export async function show({ host, directories }: NodeDeps, what: Show): Promise<void> {
  const { id, source, target, options = [], mapping, ...note } = what;
  const { deviceNumber, root, inode } = await host.mounts.placeOf(source);
  await directories.shown.note(id, { ...note, target: target.resolved, deviceNumber, root, inode });
  await host.mounts.bind({
    source,
    target: target.path,
    readOnly: note.readOnly,
    options,
    ...(mapping !== undefined && { mapping }),
  });
}
