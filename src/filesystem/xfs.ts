import { MiB, TiB } from '../domain/sizes.ts';
import type { Host } from '../host/host.ts';
import { builtIn } from './built-in.ts';
import type { Filesystem, FilesystemFacts } from './filesystem.ts';
import { makeFilesystem } from './make-filesystem.ts';
import { checkMkfsOptions, type MkfsOption } from './mkfs-options.ts';
import { checkMountFlags } from './mount-flags.ts';
import { runCheck } from './run-check.ts';
import { parseXfsSuperblock, XFS_SUPERBLOCK } from './xfs-superblock.ts';

/**
 * What `mkfsOptions` may hold (mkfs.xfs(8)). Left out: external logs and realtime devices (`-l logdev`, `-r`), and
 * `-m crc=0`, which current kernels no longer mount. The size of the filesystem is the size of the image.
 */
const MKFS_OPTIONS: readonly MkfsOption[] = [
  { option: '-b', value: 'size=4096' },
  { option: '-i', value: 'size=(512|1024|2048)|maxpct=[0-9]{1,2}', list: true },
  { option: '-l', value: 'size=[1-9][0-9]{0,3}m' },
  { option: '-d', value: 'agcount=[1-9][0-9]{0,3}|su=[1-9][0-9]{0,5}k|sw=[1-9][0-9]{0,2}', list: true },
  { option: '-m', value: '(reflink|bigtime|finobt|inobtcount|rmapbt)=[01]', list: true },
  { option: '-L', value: '[A-Za-z0-9_.][A-Za-z0-9_.-]{0,11}' },
];

/**
 * Mount flags beside the common ones (xfs(5)). `nouuid` is always set; `norecovery`, external logs and disk geometry
 * are left out, since they skip the log or contradict the image.
 */
const MOUNT_FLAGS: readonly string[] = [
  'allocsize=[1-9][0-9]{0,5}[kmg]',
  'filestreams',
  'inode32',
  'inode64',
  'largeio',
  'nolargeio',
  'logbsize=(32|64|128|256)k',
  'logbufs=[2-8]',
  'noquota',
  'swalloc',
  'wsync',
];

/** XFS_MIN_AG_BLOCKS: the kernel makes no allocation group smaller than this. */
const SMALLEST_GROUP = 64;

/** XFS. Copies keep the UUID of their source: `nouuid` lets them be mounted beside it, so a copy costs nothing more. */
export function xfs(host: Host): Filesystem {
  return {
    ...builtIn('xfs'),
    // mkfs.xfs refuses less, because a log and four groups leave nothing useful of it.
    minimumSize: 300 * MiB,
    // XFS ends at 8 EiB; this is the last whole block whose end a number still counts exactly.
    maximumSize: 8192 * TiB - 4096,

    replayErrors: ['EROFS'],

    checkMkfsOptions: (options) => void checkMkfsOptions('xfs', MKFS_OPTIONS, options),
    checkMountFlags: (flags) => {
      checkMountFlags('xfs', MOUNT_FLAGS, flags);
    },
    mountOptions: ({ readOnly, discard }) =>
      readOnly ? ['ro', 'nouuid'] : discard ? ['nouuid', 'discard'] : ['nouuid'],

    /** -K: no discard, a new image has nothing to give back. -s: the sectors of the loop device. The log is preallocated. */
    async format(image, options) {
      const chosen = checkMkfsOptions('xfs', MKFS_OPTIONS, options);
      await makeFilesystem(host, {
        command: 'mkfs.xfs',
        args: ['-q', '-f', '-K', '-s', 'size=4096', ...options],
        image,
        chosen,
      });
    },

    inspect: (image) => inspect(host, image),

    /** Nothing to do: see `nouuid` above. */
    renewIdentity: () => Promise.resolve(),

    growImage: () => Promise.resolve(false),
    async grow({ target }) {
      await host.run('xfs_growfs', ['-d', target]);
    },

    check: (device) => runCheck(host, 'xfs_repair', ['-n', device]),
  };
}

async function inspect(host: Host, image: string): Promise<FilesystemFacts | undefined> {
  const superblock = parseXfsSuperblock(
    await host.images.readBlock(image, XFS_SUPERBLOCK.offset, XFS_SUPERBLOCK.length),
  );
  if (superblock === undefined) return undefined;
  const { blockSize, blocks, groupBlocks, uuid, needsRepair } = superblock;
  const lastGroupIsFull = blocks % groupBlocks === 0;
  return {
    size: blocks * blockSize,
    uuid,
    hasErrors: needsRepair,
    growthStep: (lastGroupIsFull ? SMALLEST_GROUP : 1) * blockSize,
  };
}
