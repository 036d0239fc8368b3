const MS_RDONLY = 0x1;
const MS_NOSUID = 0x2;
const MS_NODEV = 0x4;
const MS_NOEXEC = 0x8;
const MS_SYNCHRONOUS = 0x10;
const MS_DIRSYNC = 0x80;
const MS_NOSYMFOLLOW = 0x100;
const MS_NOATIME = 0x400;
const MS_NODIRATIME = 0x800;
const MS_RELATIME = 0x200000;
const MS_STRICTATIME = 0x1000000;
const MS_LAZYTIME = 0x2000000;

interface Change {
  readonly set?: number;
  readonly clear?: number;
}

/** Options that mount(2) takes as flags; `rw`, `suid` and the like take one back. */
const FLAGS: ReadonlyMap<string, Change> = new Map<string, Change>([
  ['defaults', {}],
  ['ro', { set: MS_RDONLY }],
  ['rw', { clear: MS_RDONLY }],
  ['nosuid', { set: MS_NOSUID }],
  ['suid', { clear: MS_NOSUID }],
  ['nodev', { set: MS_NODEV }],
  ['dev', { clear: MS_NODEV }],
  ['noexec', { set: MS_NOEXEC }],
  ['exec', { clear: MS_NOEXEC }],
  ['nosymfollow', { set: MS_NOSYMFOLLOW }],
  ['symfollow', { clear: MS_NOSYMFOLLOW }],
  ['sync', { set: MS_SYNCHRONOUS }],
  ['async', { clear: MS_SYNCHRONOUS }],
  ['dirsync', { set: MS_DIRSYNC }],
  ['noatime', { set: MS_NOATIME, clear: MS_STRICTATIME | MS_RELATIME }],
  ['atime', { clear: MS_NOATIME }],
  ['nodiratime', { set: MS_NODIRATIME }],
  ['diratime', { clear: MS_NODIRATIME }],
  ['relatime', { set: MS_RELATIME, clear: MS_NOATIME | MS_STRICTATIME }],
  ['norelatime', { clear: MS_RELATIME }],
  ['strictatime', { set: MS_STRICTATIME, clear: MS_NOATIME | MS_RELATIME }],
  ['nostrictatime', { clear: MS_STRICTATIME }],
  ['lazytime', { set: MS_LAZYTIME }],
  ['nolazytime', { clear: MS_LAZYTIME }],
]);

/** Options as mount(8) writes them, in what mount(2) wants: flags, and the filesystem's own options as one string. */
export function mountFlags(options: readonly string[]): { flags: number; data: string } {
  let flags = 0;
  const data: string[] = [];
  for (const option of options) {
    const change = FLAGS.get(option);
    if (change === undefined) data.push(option);
    else flags = (flags & ~(change.clear ?? 0)) | (change.set ?? 0);
  }
  return { flags, data: data.join(',') };
}

/** MOUNT_ATTR_* of mount_setattr(2) for the options of a bind mount, which are the mount point's own. */
export function mountAttributes(options: readonly string[]): {
  set: number;
  clear: number;
  unknown: readonly string[];
} {
  const { flags, data } = mountFlags(options);
  const has = (flag: number) => (flags & flag) !== 0;
  const atime = has(MS_NOATIME) ? 0x10 : has(MS_STRICTATIME) ? 0x20 : 0;
  const changesAtime = has(MS_NOATIME) || has(MS_STRICTATIME) || has(MS_RELATIME);
  return {
    set:
      (has(MS_RDONLY) ? 0x1 : 0) |
      (has(MS_NOSUID) ? 0x2 : 0) |
      (has(MS_NODEV) ? 0x4 : 0) |
      (has(MS_NOEXEC) ? 0x8 : 0) |
      (has(MS_NODIRATIME) ? 0x80 : 0) |
      (has(MS_NOSYMFOLLOW) ? 0x200000 : 0) |
      atime,
    // The kernel takes a new atime mode only together with the whole mask.
    clear: changesAtime ? MOUNT_ATTR__ATIME : 0,
    unknown: data === '' ? [] : data.split(','),
  };
}

const MOUNT_ATTR__ATIME = 0x70;
