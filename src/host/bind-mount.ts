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
