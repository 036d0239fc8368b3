/** A filesystem that images can carry. Each has a file of its own that holds all its rules; see `registry.ts`. */
export interface Filesystem {
  readonly name: string;
  /** Bytes below which it cannot be made, and above which it cannot be. */
  readonly minimumSize: number;
  readonly maximumSize: number;
  /** Options a StorageClass may give in `mkfsOptions`; anything else is InvalidArgument. */
  checkMkfsOptions(options: readonly string[]): void;
  /** Mount flags a capability may carry; anything else is InvalidArgument. */
  checkMountFlags(flags: readonly string[]): void;
  /** Options this filesystem is always mounted with. */
  mountOptions(mount: { readOnly: boolean; discard: boolean }): readonly string[];
  /** Makes the filesystem in an image file that is not attached. Only new or blank files: it overwrites. */
  format(image: string, options: readonly string[]): Promise<void>;
  /** What the superblock of an unmounted image or of a device says; undefined when there is no such filesystem. */
  inspect(image: string): Promise<FilesystemFacts | undefined>;
  /** Gives an unmounted copy an identity of its own; does nothing where the mount options make that needless. */
  renewIdentity(image: string): Promise<void>;
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
