import type { BindMount, DirectoryPlace, PinnedDirectory } from './bind-mount.ts';

/**
 * Everything the driver does to storage: the only way to processes and to system calls on files, loop devices and
 * mounts. One object of functions, so that a test can wrap each of them (to stop the process before or after a step).
 * All of them throw HostError with the errno's name; ENOSPC and EDQUOT are VolumeErrors of reason ResourceExhausted.
 */
export interface Host {
  readonly files: HostFiles;
  readonly images: HostImages;
  readonly loops: HostLoops;
  readonly mounts: HostMounts;
  readonly cgroups: HostCgroups;
  /** Runs a tool with an argument vector, never a shell. Throws HostError with the last lines of stderr. */
  run(command: string, args: readonly string[], options?: RunOptions): Promise<string>;
}

export interface RunOptions {
  /** Milliseconds after which it is killed; 0, or absent, for never. */
  readonly timeoutMs?: number;
  /** Laid over this process's environment. In no error. */
  readonly env?: Readonly<Record<string, string>>;
  /** Texts that must be in no error, should the tool print them. */
  readonly secrets?: readonly string[];
  /**
   * In a session of its own: a daemon that it leaves behind outlives this process, and what else it has started is killed
   * with it when it fails or is too slow.
   */
  readonly session?: boolean;
}

export interface HostFiles {
  /** The whole file as text, undefined when there is none. */
  read(path: string): Promise<string | undefined>;
  /** Writes a new or existing file and syncs it and its directory. For files nobody else sees yet. */
  write(path: string, text: string): Promise<void>;
  /** Writes beside the file, syncs, renames over it and syncs the directory: readers see the old or the new text. */
  replace(path: string, text: string): Promise<void>;
  /** rename(2), durable when it returns. Throws HostError ENOENT, ENOTEMPTY, EEXIST. */
  move(from: string, to: string): Promise<void>;
  /** fsync of a file or directory. */
  sync(path: string): Promise<void>;
  /** fdatasync of an open file. */
  syncDescriptor(fd: number): Promise<void>;
  /** mkdir -p. */
  makeDirectory(path: string, mode?: number): Promise<void>;
  /** Names in a directory; empty when there is no such directory. */
  list(path: string): Promise<readonly string[]>;
  /** rmdir or unlink of one thing; gone already is fine. Never recursive. */
  remove(path: string): Promise<void>;
  /** Removes a directory and all in it, without crossing into mounts or following symlinks; gone already is fine. */
  removeTree(path: string): Promise<void>;
  /** Undefined when there is nothing. Does not follow a symlink at the end. */
  stat(path: string): Promise<FileStat | undefined>;
  /**
   * The first directory on the way to `path`, itself included, that this user may not enter; undefined when he may enter
   * all. As the host's kernel decides, for a process of this user that is in no other group.
   */
  firstClosedTo(path: string, user: { uid: number; gid: number }): Promise<string | undefined>;
  /** Whether this user may write to a directory; it may be the path of a PinnedDirectory. As `firstClosedTo` decides. */
  mayWrite(path: string, user: { uid: number; gid: number }): Promise<boolean>;
  /** Whether any process or loop device has the file open; true when that cannot be told. */
  isOpen(path: string): Promise<boolean>;
  /** statfs(2) of the filesystem a path is on. */
  usage(path: string): Promise<FilesystemUsage>;
  /** flock(2) LOCK_EX, held until `release` or the process's end; waits up to `waitMs`, then throws FailedPrecondition. */
  lock(path: string, waitMs: number): Promise<{ readonly release: () => void }>;
  /** Whether a file can be created and synced here. Throws what the kernel says. */
  checkWritable(directory: string): Promise<void>;
}

export interface FileStat {
  readonly kind: 'file' | 'directory' | 'block' | 'symlink' | 'other';
  /** Bytes a file says it has. */
  readonly size: number;
  /** Bytes it takes on disk. */
  readonly allocated: number;
  readonly device: number;
  readonly inode: number;
  /** For block devices: their own number. */
  readonly deviceNumber: number;
}

export interface FilesystemUsage {
  readonly totalBytes: number;
  readonly freeBytes: number;
  readonly availableBytes: number;
  readonly totalInodes: number;
  readonly freeInodes: number;
  readonly readOnly: boolean;
  /** f_type of statfs(2). */
  readonly type: number;
}

/** Image files. None of these syncs but where it says so. */
export interface HostImages {
  /** A new sparse file of `size` bytes. Throws HostError EEXIST. */
  create(path: string, size: number): Promise<void>;
  /** ftruncate(2). */
  resize(path: string, size: number): Promise<void>;
  /** fallocate(2): every byte has its place on disk afterwards; shared blocks are unshared (FALLOC_FL_UNSHARE_RANGE). */
  allocate(path: string, size: number): Promise<void>;
  /** FICLONE into a new file. Throws HostError EOPNOTSUPP where the filesystem cannot. Writes the source's dirty pages first. */
  reflink(source: string, target: string): Promise<void>;
  /** Whether FICLONE works in this directory: tried with two small files. */
  canReflink(directory: string): Promise<boolean>;
  /** Copies data and leaves holes (SEEK_DATA, SEEK_HOLE), syncs, in the background of the event loop; stops when aborted. */
  copySparse(source: string, target: string, options: CopyOptions): Promise<void>;
  /** XFS cowextsize hint in bytes; does nothing on other filesystems. Keeps images that were copied from fragmenting. */
  setCowExtentSize(path: string, bytes: number): Promise<void>;
  /** `length` bytes from `offset`; short at the end of the file. Also for block devices. */
  readBlock(path: string, offset: number, length: number): Promise<Buffer>;
  writeBlock(path: string, offset: number, data: Buffer): Promise<void>;
  sync(path: string): Promise<void>;
}

export interface CopyOptions {
  readonly onProgress?: (copiedBytes: number, totalBytes: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * A loop device as the kernel describes it (LOOP_GET_STATUS64). `label` is lo_file_name, which the kernel keeps for us
 * (at most 63 bytes): what the device is for survives the driver.
 */
export interface LoopDevice {
  readonly path: string;
  readonly number: number;
  readonly deviceNumber: number;
  /** Device and inode of the file it holds. */
  readonly backingDevice: number;
  readonly backingInode: number;
  readonly readOnly: boolean;
  readonly autoclear: boolean;
  readonly label: string;
}

export interface HostLoops {
  /** Every bound loop device. Scans that come while one is due share it; each sees all that was bound when it was called. */
  list(): Promise<readonly LoopDevice[]>;
  /** The bound devices that hold this file, whatever its path is called elsewhere. */
  holding(file: { device: number; inode: number }): Promise<readonly LoopDevice[]>;
  /** Undefined when the device is not bound. */
  find(path: string): Promise<LoopDevice | undefined>;
  /**
   * LOOP_CTL_GET_FREE and LOOP_CONFIGURE, tried again when another process took the device first. With `autoclear` the
   * kernel unbinds it at its last close: call `close` once it is mounted, or when giving up.
   */
  attach(options: LoopOptions): Promise<{ readonly device: LoopDevice; readonly close: () => void }>;
  /** LOOP_CLR_FD; throws FailedPrecondition when the device is still bound afterwards (it answers 0 when busy). */
  detach(path: string): Promise<void>;
  /** LOOP_SET_CAPACITY: the device takes the size its file has now. */
  refreshSize(path: string): Promise<void>;
  /** LOOP_SET_STATUS64 with another label, nothing else changed. */
  setLabel(path: string, label: string): Promise<void>;
  /** BLKGETSIZE64. */
  size(path: string): Promise<number>;
  /** fsync(2) of the block device: what was written to it is in the file. */
  flush(path: string): Promise<void>;
  /** How many sectors of it were written and discarded since it is there. Throws HostError. */
  completedWrites(path: string): Promise<number>;
  /** Zero discard_max_bytes: a preallocated image keeps its blocks. */
  disableDiscard(path: string): Promise<void>;
}

export interface LoopOptions {
  readonly file: string;
  readonly readOnly: boolean;
  readonly autoclear: boolean;
  readonly directIo: boolean;
  /** A device that nobody has used: the kernel charges what is in its page cache to who wrote to it first, and keeps to that. */
  readonly fresh?: boolean;
  /** Logical sector size in bytes; the kernel's choice when absent, which depends on the filesystem the file is on. */
  readonly sectorSize?: number;
  readonly label: string;
}

export interface Mount {
  readonly id: number;
  /** st_dev of files in it. */
  readonly deviceNumber: number;
  /** The part of the filesystem that is mounted, `/` for all of it. */
  readonly root: string;
  readonly target: string;
  readonly fsType: string;
  /** `/dev/loop3`, or what else the filesystem calls its source. */
  readonly source: string;
  /** Of the mount point, as mount(8) writes them. */
  readonly options: readonly string[];
  /** The mount point is read-only. */
  readonly readOnly: boolean;
  /** The filesystem itself is read-only. */
  readonly superReadOnly: boolean;
  readonly superOptions: readonly string[];
}

export interface HostMounts {
  /** /proc/self/mountinfo. */
  list(): Promise<readonly Mount[]>;
  /** The topmost mount at exactly this path. */
  find(target: string): Promise<Mount | undefined>;
  /** mount(2) of a filesystem. `options` as mount(8) writes them: flags become MS_*, the rest is data. */
  mount(mount: { source: string; target: string; fsType: string; options: readonly string[] }): Promise<void>;
  /**
   * Bind mount of a directory or file; read-only, and with files shown as another user's, by mount_setattr before it is
   * visible. Throws FailedPrecondition when `mapping` cannot be had on the source's filesystem.
   */
  bind(mount: BindMount): Promise<void>;
  /** umount2(2) with UMOUNT_NOFOLLOW; `lazy` adds MNT_DETACH. Throws HostError EBUSY, EINVAL (nothing mounted). */
  unmount(target: string, options?: { lazy?: boolean }): Promise<void>;
  /** syncfs(2), so that `freeze` has little to write; nothing for a filesystem that a program serves. */
  writeOut(target: string): Promise<void>;
  /** FIFREEZE: returns when all that was written is on the device. Throws HostError EBUSY when it is frozen already. */
  freeze(target: string): Promise<void>;
  /** FITHAW; one that is not frozen is fine. */
  thaw(target: string): Promise<void>;
  /**
   * The path with its parent's symlinks resolved, proven to be beneath one of `roots` (InvalidArgument otherwise, also
   * for relative and unnormalised paths). `use` gets a path through an open descriptor of the parent, which no later
   * swap of a component can redirect. Throws NotFound when the parent does not exist.
   */
  beneath<T>(path: string, roots: readonly string[], use: (pinned: PinnedPath) => Promise<T>): Promise<T>;
  /**
   * Runs `use` with the directory at `path`, open: resolved from a descriptor of `root` on, without a symlink on the way
   * from `/` to it. Throws InvalidArgument for a path that is not normalised or not beneath the root, NotFound when it
   * does not exist, FailedPrecondition for a symlink in it, for what is no directory, and for a root that is not there.
   */
  directoryBeneath<T>(path: string, root: string, use: (directory: PinnedDirectory) => Promise<T>): Promise<T>;
  /** What mountinfo would say of a bind mount of this directory, which may not be a symlink. */
  placeOf(directory: string): Promise<DirectoryPlace>;
}

/** Control groups (cgroup v2), by the paths of their directories. */
export interface HostCgroups {
  /** Those right below this one. Throws HostError ENOENT. */
  children(directory: string): Promise<readonly string[]>;
  /** One write(2) of a text to a control file that is there. Throws HostError ENOENT, ENODEV when the group has gone. */
  set(file: string, text: string): Promise<void>;
}

export interface PinnedPath {
  /** /proc/self/fd/N/name: give this to the functions above. */
  readonly path: string;
  /** The resolved path: what mountinfo will say. */
  readonly resolved: string;
}
