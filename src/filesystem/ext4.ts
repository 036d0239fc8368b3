import { VolumeError } from '../domain/errors.ts';
import { MiB, TiB } from '../domain/sizes.ts';
import { isHostError } from '../host/host-error.ts';
import type { Host } from '../host/host.ts';
import { growthStep } from './ext4-growth.ts';
import { growMounted, growUnmounted } from './ext4-resize.ts';
import { EXT4_SUPERBLOCK, parseExt4Superblock, withUuid } from './ext4-superblock.ts';
import { builtIn } from './built-in.ts';
import type { Filesystem, FilesystemFacts } from './filesystem.ts';
import { makeFilesystem } from './make-filesystem.ts';
import { checkMkfsOptions, type MkfsOption } from './mkfs-options.ts';
import { checkMountFlags } from './mount-flags.ts';
import { runCheck } from './run-check.ts';
import { newUuidBytes } from './uuid-bytes.ts';

/**
 * What `mkfsOptions` may hold (mke2fs(8)). Left out: external journals (`-J device`), no journal at all (a copy or a
 * crash would then need a repair), whatever switches off the checksums that copies rely on, and
 * features for which a kernel must be built (quota, project, verity, encrypt, casefold).
 */
const MKFS_OPTIONS: readonly MkfsOption[] = [
  { option: '-b', value: '4096' },
  { option: '-i', value: '[1-9][0-9]{3,7}' },
  { option: '-I', value: '256|512|1024' },
  { option: '-J', value: 'size=[1-9][0-9]{0,4}' },
  { option: '-N', value: '[1-9][0-9]{0,9}' },
  { option: '-m', value: '[0-9]|[1-4][0-9]|50' },
  { option: '-T', value: 'default|small|news|largefile|largefile4|big|huge' },
  {
    option: '-E',
    value: 'stride=[0-9]{1,6}|stripe_width=[0-9]{1,7}|root_owner=[0-9]{1,9}:[0-9]{1,9}',
    list: true,
  },
  {
    option: '-O',
    value: '\\^?(dir_index|dir_nlink|ea_inode|inline_data|large_dir|orphan_file|fast_commit)',
    list: true,
  },
  { option: '-L', value: '[A-Za-z0-9_.][A-Za-z0-9_.-]{0,15}' },
];

/**
 * Mount flags beside the common ones (ext4(5)). Left out: `noload`, `sb`, `journal_dev` and `journal_path`, which skip
 * or redirect what keeps data whole, `nobarrier`, and `errors=panic`, with which a volume could stop its node.
 */
const MOUNT_FLAGS: readonly string[] = [
  'acl',
  'auto_da_alloc',
  'commit=[1-9][0-9]{0,2}',
  'data=(ordered|journal|writeback)',
  'delalloc',
  'nodelalloc',
  'dioread_lock',
  'dioread_nolock',
  'errors=(remount-ro|continue)',
  'grpid',
  'nogrpid',
  'i_version',
  'inode_readahead_blks=(0|[1-9][0-9]{0,4})',
  'journal_checksum',
  'max_batch_time=[0-9]{1,6}',
  'min_batch_time=[0-9]{1,6}',
  'noquota',
  'stripe=[0-9]{1,7}',
  'user_xattr',
];

/**
 * Values that mkfs gets unless `mkfsOptions` says otherwise. 4 KiB blocks and the default ratio of inodes at every
 * size: mke2fs would take others below 512 MiB, which the volume would keep when it grows. Of the volume nothing is
 * reserved for root. After an error it turns read-only instead of going on.
 */
const DEFAULTS: readonly (readonly [string, string])[] = [
  ['-b', '4096'],
  ['-T', 'default'],
  ['-m', '0'],
  ['-e', 'remount-ro'],
];
/**
 * Inode tables and journal stay holes, which read as zeros: a new filesystem takes some hundred KiB at any size, in
 * few extents. `noinit_itable` keeps the kernel from writing those zeros later.
 */
const EXTENDED = 'nodiscard,lazy_itable_init=1,lazy_journal_init=1';
/** With a seed of their own, checksums do not depend on the UUID: a copy gets a new one in one write. */
const FEATURES = 'metadata_csum,metadata_csum_seed';

/** ext4. A copy gets a UUID of its own in the superblock. */
export function ext4(host: Host): Filesystem {
  return {
    ...builtIn('ext4'),
    // Below 2048 blocks of 4 KiB mke2fs makes no journal, and says so with exit code 0.
    minimumSize: 8 * MiB,
    // The largest file of 4 KiB blocks on ext4, where a pool may be; and 2^32 blocks, beyond which it was never tried.
    maximumSize: 16 * TiB - 4096,

    replayErrors: ['EROFS'],

    checkMkfsOptions: (options) => void checkMkfsOptions('ext4', MKFS_OPTIONS, options),
    checkMountFlags: (flags) => {
      checkMountFlags('ext4', MOUNT_FLAGS, flags);
    },
    mountOptions: ({ readOnly, discard }) =>
      readOnly ? ['ro'] : discard ? ['noinit_itable', 'discard'] : ['noinit_itable'],

    async format(image, options) {
      const chosen = checkMkfsOptions('ext4', MKFS_OPTIONS, options);
      await makeFilesystem(host, { command: 'mkfs.ext4', args: mkfsArguments(chosen), image, chosen });
    },

    inspect: (image) => inspect(host, image),
    renewIdentity: (image) => renewIdentity(host, image),

    growImage: (image) => growUnmounted(host, image),
    grow: ({ device }) => growMounted(host, device),

    check: (device) => runCheck(host, 'e2fsck', ['-f', '-n', device]),
  };
}

/** Of an option given twice mke2fs takes the last only, so what is ours and what is chosen becomes one word each. */
function mkfsArguments(chosen: ReadonlyMap<string, string>): readonly string[] {
  const options = new Map([...DEFAULTS, ...chosen]);
  options.set('-E', join(EXTENDED, chosen.get('-E')));
  options.set('-O', join(FEATURES, chosen.get('-O')));
  return ['-q', '-F', ...[...options].flat()];
}

function join(ours: string, chosen: string | undefined): string {
  return chosen === undefined ? ours : `${ours},${chosen}`;
}

async function inspect(host: Host, image: string): Promise<FilesystemFacts | undefined> {
  const superblock = parseExt4Superblock(await readSuperblock(host, image));
  if (superblock === undefined) return undefined;
  const { blocks, blockSize, uuid, hasErrors } = superblock;
  return { size: blocks * blockSize, uuid, hasErrors, growthStep: growthStep(superblock) };
}

/**
 * Rewrites the primary superblock; the copies of it keep the old UUID until the kernel or e2fsck next writes them.
 * A journal that still holds changes is replayed first: it may hold the superblock, and would bring the old UUID back.
 * Does not sync.
 */
async function renewIdentity(host: Host, image: string): Promise<void> {
  let bytes = await readSuperblock(host, image);
  if (parseExt4Superblock(bytes)?.needsRecovery) {
    await replayJournal(host, image);
    bytes = await readSuperblock(host, image);
  }
  if (parseExt4Superblock(bytes) === undefined) {
    throw new VolumeError('FailedPrecondition', `${image} holds no ext4 with a journal`);
  }
  await host.images.writeBlock(image, EXT4_SUPERBLOCK.offset, withUuid(bytes, newUuidBytes()));
}

/** e2fsck(8) exits with 1 when it has changed anything, so the superblock tells whether the replay worked. */
async function replayJournal(host: Host, image: string): Promise<void> {
  try {
    await host.run('e2fsck', ['-p', '-E', 'journal_only', image]);
  } catch (error) {
    if (!isHostError(error, 'EXIT')) throw error;
    if (parseExt4Superblock(await readSuperblock(host, image))?.needsRecovery === false) return;
    throw new VolumeError('FailedPrecondition', `the journal of ${image} cannot be replayed: ${error.message}`, {
      cause: error,
    });
  }
}

function readSuperblock(host: Host, image: string): Promise<Buffer> {
  return host.images.readBlock(image, EXT4_SUPERBLOCK.offset, EXT4_SUPERBLOCK.length);
}
