/** What a request can ask of a filesystem, checked before anything is done. The filesystem layer implements it. */
export interface FilesystemRules {
  /** Bytes below which it cannot be made, and above which it cannot be. */
  readonly minimumSize: number;
  readonly maximumSize: number;
  /** Throws InvalidArgument for an option that is not allowed. */
  checkMkfsOptions(options: readonly string[]): void;
  /** Throws InvalidArgument for a flag that is not allowed. */
  checkMountFlags(flags: readonly string[]): void;
}

/** The filesystems that are registered, by name. */
export interface FilesystemRulebook {
  /** Throws InvalidArgument, naming the registered ones, when there is none of this name. */
  get(name: string): FilesystemRules;
}
