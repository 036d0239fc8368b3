import type { FilesystemRules } from '../domain/filesystem-rules.ts';

/** A filesystem that images can carry. Each has a file of its own that holds all its rules; see `registry.ts`. */
export interface Filesystem extends FilesystemRules {
  readonly name: string;
  /**
   * Codes of the HostError with which mounting read-only a device that is read-only says that the journal must be
   * replayed first, by one read-write mount. Never mounted without that replay.
   */
  readonly replayErrors: readonly string[];
  /** Options this filesystem is always mounted with. */
  mountOptions(mount: { readOnly: boolean; discard: boolean }): readonly string[];
  /** Makes the filesystem in an image file that is not attached. Only new or blank files: it overwrites. */
  format(image: string, options: readonly string[]): Promise<void>;
  /** What the superblock of an unmounted image or of a device says; undefined when there is no such filesystem. */
  inspect(image: string): Promise<FilesystemFacts | undefined>;
  /** Gives an unmounted copy an identity of its own; does nothing where the mount options make that needless. */
  renewIdentity(image: string): Promise<void>;
  /**
   * Grows an unmounted image, or the device of one, to its size, if this process cannot grow this filesystem mounted.
   * Returns false when `grow` can do it once it is mounted. Throws HostError.
   */
  growImage(image: string): Promise<boolean>;
  /** Grows a mounted filesystem to the size of its device; large enough already is fine. */
  grow(mounted: { device: string; target: string }): Promise<void>;
  /** Reads everything and changes nothing. Returns what is wrong, empty when clean. */
  check(device: string): Promise<string>;
}

export interface FilesystemFacts {
  /** Bytes the filesystem spans now. */
  readonly size: number;
  readonly uuid: string;
  /** The filesystem has noted errors in itself. */
  readonly hasErrors: boolean;
  /** Bytes by which it must be smaller than its device before growing is worth it. */
  readonly growthStep: number;
}
