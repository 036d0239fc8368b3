import type { FilesystemRules } from '../domain/filesystem-rules.ts';

/** A filesystem that images can carry. Each has a file of its own that holds all its rules; see `registry.ts`. */
export interface Filesystem extends FilesystemRules {
  readonly kind: 'image';
  readonly name: string;
  /** What an empty one depends on beside its size and the options: a blank is used again for the same recipe alone. */
  readonly recipe: string;
  readonly mounting: Mounting;
  /** Only its own programs can read it: see `inspect`. */
  readonly isOpaque: boolean;
  /**
   * Codes of the HostError with which mounting read-only a device that is read-only says that the journal must be
   * replayed first, by one read-write mount. Never mounted without that replay.
   */
  readonly replayErrors: readonly string[];
  /** Options this filesystem is always mounted with. */
  mountOptions(mount: { readOnly: boolean; discard: boolean }): readonly string[];
  /** Makes the filesystem in an image file that is not attached. Only new or blank files: it overwrites. */
  format(image: string, options: readonly string[]): Promise<void>;
  /**
   * What the superblock of an unmounted image or of a device says; undefined when there is no such filesystem. Where only
   * its own programs can read it, the facts are without size: then the record knows it, and `check` whether it is sound.
   */
  inspect(image: string): Promise<FilesystemFacts | undefined>;
  /** Gives an unmounted copy an identity of its own; does nothing where the mount options make that needless. */
  renewIdentity(image: string): Promise<void>;
  /**
   * Grows an unmounted image, or the device of one, to its size, if this process cannot grow this filesystem mounted.
   * Returns false when `grow` can do it once it is mounted. Throws HostError.
   */
  growImage(image: string): Promise<boolean>;
  /**
   * Grows a mounted filesystem to the size of its device; large enough already is fine. Throws FailedPrecondition when it
   * cannot while it is mounted.
   */
  grow(mounted: { device: string; target: string }): Promise<void>;
  /** Unmounts it, where that takes more than umount2(2). */
  unmount?(target: string): Promise<void>;
  /**
   * Only where its programs run in pods. Unmounts what they serve at `place`, which may be nothing, and returns when no
   * program of the volume runs, or ever will: until then a device that one of them was given must not become another volume's.
   */
  endPods?(place: string): Promise<void>;
  /** Whether to check it before each first mount, rather than when it has noted errors. */
  readonly checksFirst: boolean;
  /** Reads everything and changes nothing. Returns what is wrong, empty when clean. */
  check(device: string): Promise<string>;
}

/** The volume that a filesystem is of: its id, and its arguments. */
export interface FilesystemVolume {
  readonly id: string;
  readonly arguments?: Readonly<Record<string, string>> | undefined;
}

/** How a filesystem comes to be mounted: by mount(2), or by a program that may stay to serve it. */
export type Mounting = KernelMounting | ProgramMounting;

export interface KernelMounting {
  readonly by: 'kernel';
  /** The kernel's name of it. */
  readonly fsType: string;
}

export interface ProgramMounting {
  readonly by: 'program';
  /** Returns when it is mounted. Throws FailedPrecondition with what the program has said. */
  mount(what: { device: string; target: string; options: readonly string[] }): Promise<void>;
}

export interface FilesystemFacts {
  /** Bytes the filesystem spans now; undefined where its superblock cannot be read. */
  readonly size: number | undefined;
  readonly uuid: string | undefined;
  /** The filesystem has noted errors in itself. */
  readonly hasErrors: boolean;
  /** Bytes by which it must be smaller than its device before growing is worth it. */
  readonly growthStep: number;
}
