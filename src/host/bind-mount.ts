export interface BindMount {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
  /** Options of the mount point, as mount(8) writes them. */
  readonly options?: readonly string[];
  readonly mapping?: IdMapping;
}

/**
 * Whom an idmapped mount shows: what `uid` and `gid` of the host own shows as `containerUid`'s and `containerGid`'s, who act
 * as them. Everybody else is unmapped.
 */
export interface IdMapping {
  readonly uid: number;
  readonly gid: number;
  readonly containerUid: number;
  readonly containerGid: number;
}

/** Where a directory is, by whatever mounts it is reached: two overlap when their devices are one and their paths do. */
export interface DirectoryPlace {
  /** As mountinfo has the device of the mount that it is in. */
  readonly deviceNumber: number;
  /** Its path within that filesystem. */
  readonly root: string;
  readonly fsType: string;
  /** Of fstat(2), as are its owner and group. */
  readonly inode: number;
  readonly uid: number;
  readonly gid: number;
}

/** A directory that is open: what it is does not change with the names that led to it. */
export interface PinnedDirectory extends DirectoryPlace {
  /** /proc/self/fd/N/. : give this to the functions of the host. */
  readonly path: string;
}
