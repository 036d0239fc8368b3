import type { IdMapping } from '../../../host/bind-mount.ts';

/** What of a directory is to be shown, and as whose. */
export interface ShownDirectory {
  /** Of an open descriptor, or where nobody but the driver can change anything. May not end in a symlink. */
  readonly path: string;
  /** Absent when every user is shown as what it is. */
  readonly mapping?: IdMapping;
  /** Set when it is shown read-only even to writers, since whom it is mapped to may not write to it. */
  readonly readOnly?: boolean;
}

/** Where the directory comes from that a directory volume shows. */
export interface DirectorySource {
  /**
   * Runs `use` with the directory. Throws FailedPrecondition when it cannot be had. Safe to repeat, and called again when a
   * call that asked for it ended before its answer.
   */
  open<T>(use: (directory: ShownDirectory) => Promise<T>): Promise<T>;
  /** Nothing of it is staged on this node any more. Safe to repeat, also when it was never open. */
  released(): Promise<void>;
}
