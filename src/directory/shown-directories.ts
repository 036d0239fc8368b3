import { basename, join } from 'node:path';
import { isIdOfVolume } from '../domain/ids.ts';
import { saysCorrupt } from '../host/corrupt-mount.ts';
import type { Host, Mount } from '../host/host.ts';
import { notesText, parseNotes, type Note } from './note.ts';

/** A note that the kernel confirms. */
export interface Shown extends Note {
  /** Of ours at this target, stacked; the last one is on top of the others. */
  readonly mounts: readonly Mount[];
}

/**
 * Where this node shows directory volumes. A bind mount carries no label as a loop device does, so a note is on disk
 * before the mount is made, and counts as soon as mountinfo has a mount of that directory at that place. A note without
 * its mount is void: a call ended in between, somebody has unmounted it, or the machine was restarted. A mount without a
 * note is not ours. The volume's lock must be held.
 */
export class ShownDirectories {
  readonly #directory: string;
  readonly #host: Pick<Host, 'files' | 'mounts'>;

  constructor(directory: string, host: Pick<Host, 'files' | 'mounts'>) {
    this.#directory = directory;
    this.#host = host;
  }

  /** Where the volume is shown now. */
  async of(id: string): Promise<readonly Shown[]> {
    return this.#confirmed(await this.#read(id), () => this.#host.mounts.list());
  }

  /** All volumes that are shown now. Takes no lock. */
  async all(): Promise<ReadonlyMap<string, readonly Shown[]>> {
    const files = (await this.#host.files.list(this.#directory)).filter((name) => name.endsWith('.json'));
    const all = new Map<string, readonly Shown[]>();
    let mounts: Promise<readonly Mount[]> | undefined;
    for (const id of files.map((name) => basename(name, '.json'))) {
      const shown = await this.#confirmed(await this.#read(id), () => (mounts ??= this.#host.mounts.list()));
      if (shown.length > 0) all.set(id, shown);
    }
    return all;
  }

  /** Whether there are notes of the volume, confirmed or not. */
  async knows(id: string): Promise<boolean> {
    return (await this.#read(id)) !== undefined;
  }

  /** Notes durably that the volume is about to be shown at a place. Void notes are dropped. */
  async note(id: string, note: Note): Promise<void> {
    const others = (await this.of(id)).filter(({ target }) => target !== note.target);
    await this.#host.files.makeDirectory(this.#directory, 0o700);
    await this.#host.files.replace(this.#file(id), notesText(id, [...others.map(withoutMounts), note]));
  }

  /** Drops the void notes. To be called after an unmount; what it does not come to is void all the same. */
  async tidy(id: string): Promise<void> {
    if (!isIdOfVolume(id)) return;
    const notes = await this.#read(id);
    const shown = await this.#confirmed(notes, () => this.#host.mounts.list());
    if (shown.length > 0) {
      if (shown.length === notes?.length) return;
      await this.#host.files.replace(this.#file(id), notesText(id, shown.map(withoutMounts)));
      return;
    }
    // What a replacement that did not end has left goes as well.
    for (const file of [this.#file(id), `${this.#file(id)}.new`]) await this.#host.files.remove(file);
  }

  async #read(id: string): Promise<readonly Note[] | undefined> {
    // Only ids of our own making become paths.
    if (!isIdOfVolume(id)) return undefined;
    const text = await this.#host.files.read(this.#file(id));
    return text === undefined ? undefined : parseNotes(text, this.#file(id));
  }

  /** Where there are no notes, the mounts need not be read. */
  async #confirmed(
    notes: readonly Note[] | undefined,
    read: () => Promise<readonly Mount[]>,
  ): Promise<readonly Shown[]> {
    if (notes === undefined || notes.length === 0) return [];
    const mounts = await read();
    const shown: Shown[] = [];
    for (const note of notes) {
      const candidates = mounts.filter(({ target, deviceNumber }) => {
        return target === note.target && deviceNumber === note.deviceNumber;
      });
      const own: Mount[] = [];
      for (const mount of candidates) if (await this.#isOf(note, mount)) own.push(mount);
      if (own.length > 0) shown.push({ ...note, mounts: own });
    }
    return shown;
  }

  /** A directory that was renamed or removed while it is mounted has another path to the kernel, and is the same. */
  async #isOf({ root, inode, target }: Note, mount: Mount): Promise<boolean> {
    if (mount.root === root) return true;
    try {
      return (await this.#host.files.stat(target))?.inode === inode;
    } catch (error) {
      // Dead, so that nothing more can be learned: the device and the place are those of the note.
      if (saysCorrupt(error)) return true;
      throw error;
    }
  }

  #file(id: string): string {
    return join(this.#directory, `${id}.json`);
  }
}

function withoutMounts({ mounts: _mounts, ...note }: Shown): Note {
  return note;
}
