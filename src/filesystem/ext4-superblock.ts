import { VolumeError } from '../domain/errors.ts';
import { crc32c } from './crc32c.ts';
import { formatUuid } from './uuid-bytes.ts';

/** Bytes of the primary superblock; little-endian, as Documentation/filesystems/ext4/super.rst lays them out. */
export const EXT4_SUPERBLOCK = { offset: 1024, length: 1024 };

const MAGIC = 0x38;
const STATE = 0x3a;
const COMPAT = 0x5c;
const INCOMPAT = 0x60;
const RO_COMPAT = 0x64;
const UUID = 0x68;
const CHECKSUM_SEED = 0x270;
const CHECKSUM = 0x3fc;

const STATE_ERROR = 0x2;
const INCOMPAT_NEEDS_RECOVERY = 0x4;
const INCOMPAT_64BIT = 0x80;
const INCOMPAT_CHECKSUM_SEED = 0x2000;
const RO_COMPAT_SPARSE_SUPER = 0x1;
const RO_COMPAT_METADATA_CHECKSUM = 0x400;
const COMPAT_HAS_JOURNAL = 0x4;

export interface Ext4Superblock {
  readonly uuid: string;
  readonly blockSize: number;
  readonly blocks: number;
  readonly firstBlock: number;
  readonly blocksPerGroup: number;
  /** Blocks of one group's inode table. */
  readonly inodeTableBlocks: number;
  /** Blocks that a copy of superblock and group descriptors takes, with what is reserved for growth. */
  readonly superblockCopyBlocks: number;
  /** Only some groups have such a copy. */
  readonly sparseSuper: boolean;
  readonly hasErrors: boolean;
  /** The journal holds changes that are not in their place yet. */
  readonly needsRecovery: boolean;
}

/** Undefined when the bytes are no superblock of a journalled ext filesystem. */
export function parseExt4Superblock(bytes: Buffer): Ext4Superblock | undefined {
  if (bytes.length < EXT4_SUPERBLOCK.length || bytes.readUInt16LE(MAGIC) !== 0xef53) return undefined;
  if ((bytes.readUInt32LE(COMPAT) & COMPAT_HAS_JOURNAL) === 0) return undefined;
  const blockSize = 1024 << bytes.readUInt32LE(0x18);
  const is64Bit = (bytes.readUInt32LE(INCOMPAT) & INCOMPAT_64BIT) !== 0;
  const blocks = bytes.readUInt32LE(0x4) + (is64Bit ? bytes.readUInt32LE(0x150) * 2 ** 32 : 0);
  const blocksPerGroup = bytes.readUInt32LE(0x20);
  const descriptorSize = is64Bit ? bytes.readUInt16LE(0xfe) : 32;
  const descriptorBlocks = Math.ceil((Math.ceil(blocks / blocksPerGroup) * descriptorSize) / blockSize);
  return {
    uuid: formatUuid(bytes.subarray(UUID, UUID + 16)),
    blockSize,
    blocks,
    firstBlock: bytes.readUInt32LE(0x14),
    blocksPerGroup,
    inodeTableBlocks: Math.ceil((bytes.readUInt32LE(0x28) * bytes.readUInt16LE(0x58)) / blockSize),
    superblockCopyBlocks: 1 + descriptorBlocks + bytes.readUInt16LE(0xce),
    sparseSuper: (bytes.readUInt32LE(RO_COMPAT) & RO_COMPAT_SPARSE_SUPER) !== 0,
    hasErrors: (bytes.readUInt16LE(STATE) & STATE_ERROR) !== 0 || bytes.readUInt32LE(0x194) !== 0,
    needsRecovery: (bytes.readUInt32LE(INCOMPAT) & INCOMPAT_NEEDS_RECOVERY) !== 0,
  };
}

/**
 * The superblock with another UUID. All other checksums start from a seed of their own (metadata_csum_seed); a
 * filesystem that has none yet keeps the seed it derived from its old UUID, as `tune2fs -O metadata_csum_seed` does.
 * Throws FailedPrecondition when there are no metadata checksums: older ones depend on the UUID everywhere.
 */
export function withUuid(superblock: Buffer, uuid: Buffer): Buffer {
  if ((superblock.readUInt32LE(RO_COMPAT) & RO_COMPAT_METADATA_CHECKSUM) === 0) {
    throw new VolumeError(
      'FailedPrecondition',
      'an ext4 without metadata_csum cannot be copied: run tune2fs -O metadata_csum on the source while it is unmounted',
    );
  }
  const changed = Buffer.from(superblock);
  const incompat = changed.readUInt32LE(INCOMPAT);
  if ((incompat & INCOMPAT_CHECKSUM_SEED) === 0) {
    changed.writeUInt32LE(crc32c(superblock.subarray(UUID, UUID + 16)), CHECKSUM_SEED);
    changed.writeUInt32LE((incompat | INCOMPAT_CHECKSUM_SEED) >>> 0, INCOMPAT);
  }
  uuid.copy(changed, UUID);
  changed.writeUInt32LE(crc32c(changed.subarray(0, CHECKSUM)), CHECKSUM);
  return changed;
}
