import koffi, { type KoffiFunc } from 'koffi';

/** A libc function that answers -1 and sets errno when it fails. Synchronous as it is, on a worker thread through `.async`. */
export type Libc<Args extends unknown[]> = KoffiFunc<(...args: Args) => number>;

// What the process itself is linked to: glibc or musl, whichever runs Node.
const library = koffi.load(null);

/** ioctl(2) with a pointer to a structure, or null. */
export const ioctl: Libc<[fd: number, request: number, argument: Buffer | null]> = library.func(
  'int ioctl(int fd, unsigned long request, void *argument)',
);

/** ioctl(2) with a number: another descriptor, for the most part. */
export const ioctlNumber: Libc<[fd: number, request: number, argument: number]> = library.func('ioctl', 'int', [
  'int',
  'unsigned long',
  'long',
]);

export const open: Libc<[path: string, flags: number]> = library.func('int open(const char *path, int flags)');

export const mount: Libc<[source: string, target: string, fsType: string | null, flags: number, data: string | null]> =
  library.func(
    'int mount(const char *source, const char *target, const char *fsType, unsigned long flags, const char *data)',
  );

export const umount2: Libc<[target: string, flags: number]> = library.func(
  'int umount2(const char *target, int flags)',
);

export const syncfs: Libc<[fd: number]> = library.func('int syncfs(int fd)');

/** fcntl(2) with a number. */
export const fcntl: Libc<[fd: number, command: number, argument: number]> = library.func(
  'int fcntl(int fd, int command, int argument)',
);

export const fallocate: Libc<[fd: number, mode: number, offset: number, length: number]> = library.func(
  'int fallocate(int fd, int mode, int64_t offset, int64_t length)',
);

export const lseek: Libc<[fd: number, offset: number, whence: number]> = library.func(
  'int64_t lseek(int fd, int64_t offset, int whence)',
);

koffi.struct('iovec', { base: 'void *', length: 'size_t' });

export const preadv2: Libc<
  [fd: number, vector: { base: Buffer; length: number }[], count: number, offset: number, flags: number]
> = library.func('int64_t preadv2(int fd, const iovec *vector, int count, int64_t offset, int flags)');

export const flock: Libc<[fd: number, operation: number]> = library.func('int flock(int fd, int operation)');

export const statx: Libc<[fd: number, path: string, flags: number, mask: number, buffer: Buffer]> = library.func(
  'int statx(int fd, const char *path, int flags, unsigned int mask, void *buffer)',
);

export const setxattr: Libc<[path: string, name: string, value: Buffer, size: number, flags: number]> = library.func(
  'int setxattr(const char *path, const char *name, const void *value, size_t size, int flags)',
);

export const getxattr: Libc<[path: string, name: string, value: Buffer | null, size: number]> = library.func(
  'int64_t getxattr(const char *path, const char *name, void *value, size_t size)',
);

export const statfs: Libc<[path: string, buffer: Buffer]> = library.func('int statfs(const char *path, void *buffer)');

/**
 * System calls for which older C libraries have no function; the first argument is the number, which is one on every
 * architecture.
 */
export const SYS = { openTree: 428, moveMount: 429, openat2: 437, mountSetattr: 442 } as const;

export const openTree: Libc<[call: number, directory: number, path: string, flags: number]> = library.func(
  'syscall',
  'long',
  ['long', 'long', 'str', 'long'],
);

export const moveMount: Libc<
  [call: number, from: number, fromPath: string, to: number, toPath: string, flags: number]
> = library.func('syscall', 'long', ['long', 'long', 'str', 'long', 'str', 'long']);

export const openat2: Libc<[call: number, directory: number, path: string, how: Buffer, size: number]> = library.func(
  'syscall',
  'long',
  ['long', 'long', 'str', 'void *', 'long'],
);

export const mountSetattr: Libc<
  [call: number, directory: number, path: string, flags: number, attributes: Buffer, size: number]
> = library.func('syscall', 'long', ['long', 'long', 'str', 'long', 'void *', 'long']);
