import { VolumeError } from '../domain/errors.ts';
import { MiB, TiB } from '../domain/sizes.ts';
import type { Host } from '../host/host.ts';
import { BTRFS_SUPERBLOCKS, parseBtrfsSuperblock, withFilesystemId } from './btrfs-superblock.ts';
import { builtIn } from './built-in.ts';
import type { Filesystem, FilesystemFacts } from './filesystem.ts';
import { makeFilesystem } from './make-filesystem.ts';
import { checkMkfsOptions, type MkfsOption } from './mkfs-options.ts';
import { checkMountFlags } from './mount-flags.ts';
import { runCheck } from './run-check.ts';
import { newUuidBytes } from './uuid-bytes.ts';

/**
 * What `mkfsOptions` may hold (mkfs.btrfs(8)). An image is one device, so of the profiles only `single` and `dup`;
 * of the checksums those with which a copy's superblock can be rewritten.
 */
const MKFS_OPTIONS: readonly MkfsOption[] = [
  { option: '-n', value: '4096|8192|16384|32768|65536' },
  { option: '-d', value: 'single|dup' },
  { option: '-m', value: 'single|dup' },
  { option: '--csum', value: 'crc32c|sha256' },
  { option: '-L', value: '[A-Za-z0-9_.][A-Za-z0-9_.-]{0,63}' },
];

/**
 * Mount flags beside the common ones (btrfs(5)). Left out: `subvol`, `device` and the like, which mount something
 * else, and `degraded`, `rescue`, `nobarrier`, `norecovery`, which give up safety.
 */
const MOUNT_FLAGS: readonly string[] = [
  'acl',
  'noacl',
  'autodefrag',
  'noautodefrag',
  'commit=[1-9][0-9]{0,2}',
  'compress(-force)?(=(zlib(:[1-9])?|lzo|zstd(:([1-9]|1[0-5]))?|no))?',
  'datacow',
  'nodatacow',
  'discard=(async|sync)',
  'flushoncommit',
  'noflushoncommit',
  'max_inline=[0-9]{1,5}',
  'metadata_ratio=[0-9]{1,3}',
  'space_cache=v2',
  'ssd',
  'nossd',
  'ssd_spread',
  'thread_pool=[1-9][0-9]{0,2}',
  'user_subvol_rm_allowed',
];

/**
 * btrfs. The kernel takes two devices with one filesystem id for parts of one filesystem, so a copy gets an id of its
 * own before it is attached.
 */
export function btrfs(host: Host): Filesystem {
  return {
    ...builtIn('btrfs'),
    // mkfs.btrfs refuses less (114294784 bytes): system and metadata chunks exist twice, data once.
    minimumSize: 109 * MiB,
    // btrfs ends at 16 EiB; this is the last whole block whose end a number still counts exactly.
    maximumSize: 8192 * TiB - 4096,

    // Linux 6.18 says EIO, older ones EROFS.
    replayErrors: ['EROFS', 'EIO'],

    checkMkfsOptions: (options) => void checkMkfsOptions('btrfs', MKFS_OPTIONS, options),
    checkMountFlags: (flags) => {
      checkMountFlags('btrfs', MOUNT_FLAGS, flags);
    },
    // Without a word on discard, btrfs switches it on where the device can (Linux 6.2).
    mountOptions: ({ readOnly, discard }) => (readOnly ? ['ro'] : discard ? ['discard=async'] : ['nodiscard']),

    /** -K: no discard, a new image has nothing to give back. */
    async format(image, options) {
      const chosen = checkMkfsOptions('btrfs', MKFS_OPTIONS, options);
      await makeFilesystem(host, { command: 'mkfs.btrfs', args: ['-q', '-f', '-K', ...options], image, chosen });
    },

    inspect: (image) => inspect(host, image),
    renewIdentity: (image) => renewIdentity(host, image),

    growImage: () => Promise.resolve(false),
    async grow({ target }) {
      await host.run('btrfs', ['filesystem', 'resize', 'max', target]);
    },

    check: (device) => runCheck(host, 'btrfs', ['check', '--readonly', device]),
  };
}

async function inspect(host: Host, image: string): Promise<FilesystemFacts | undefined> {
  const [offset = 0] = BTRFS_SUPERBLOCKS.offsets;
  const superblock = parseBtrfsSuperblock(await host.images.readBlock(image, offset, BTRFS_SUPERBLOCKS.length), offset);
  if (superblock === undefined) return undefined;
  const { size, uuid, hasErrors, sectorSize } = superblock;
  return { size, uuid, hasErrors, growthStep: sectorSize };
}

/**
 * Rewrites the superblock and its mirrors, the mirrors first: the one that counts is the last. Blocks and log tree
 * keep the metadata UUID, so nothing else changes and a log still to be replayed stays valid. Does not sync.
 */
async function renewIdentity(host: Host, image: string): Promise<void> {
  if ((await inspect(host, image)) === undefined) {
    throw new VolumeError('FailedPrecondition', `${image} holds no btrfs`);
  }
  const id = newUuidBytes();
  for (const offset of BTRFS_SUPERBLOCKS.offsets.toReversed()) {
    const superblock = await host.images.readBlock(image, offset, BTRFS_SUPERBLOCKS.length);
    if (parseBtrfsSuperblock(superblock, offset) === undefined) continue;
    await host.images.writeBlock(image, offset, withFilesystemId(superblock, id));
  }
}
