/** What a request can ask of a filesystem, checked before anything is done. The filesystem layer implements it. */
export interface FilesystemRules {
  /** Made in the image of a volume, or mounted at a directory that is no image's. */
  readonly kind: 'image' | 'directory';
  /** `many`: several nodes may have it mounted at once, and write to it. */
  readonly sharing: 'one' | 'many';
  /** Whether the size of a volume is promised to it in its pool. */
  readonly isPromised: boolean;
  /** Whether its I/O is done by the kernel in the name of whoever does it, on the volume's own device: so it can be limited. */
  readonly takesIoLimits: boolean;
  /** Whether it can become larger. */
  readonly canGrow: boolean;
  /** Bytes below which it cannot be made, and above which it cannot be. */
  readonly minimumSize: number;
  readonly maximumSize: number;
  /** Throws InvalidArgument for an option that is not allowed. */
  checkMkfsOptions(options: readonly string[]): void;
  /** Throws InvalidArgument for a flag that is not allowed. */
  checkMountFlags(flags: readonly string[]): void;
  /** The arguments of a volume with the defaults of those not given. Throws InvalidArgument for one that is not allowed. */
  checkArguments(given: Readonly<Record<string, string>>): Record<string, string>;
}

/** The filesystems that are registered, by name. */
export interface FilesystemRulebook {
  /** Throws InvalidArgument, naming the registered ones, when there is none of this name. */
  get(name: string): FilesystemRules;
}
