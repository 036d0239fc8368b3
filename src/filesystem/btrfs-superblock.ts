import { createHash } from 'node:crypto';
import { VolumeError } from '../domain/errors.ts';
import { GiB, KiB, MiB } from '../domain/sizes.ts';
import { crc32c } from './crc32c.ts';
import { formatUuid } from './uuid-bytes.ts';

/** Where the superblock and its mirrors are, as far as the device reaches; the kernel mounts from the first. */
export const BTRFS_SUPERBLOCKS = { offsets: [64 * KiB, 64 * MiB, 256 * GiB], length: 4096 };

/** Offsets in struct btrfs_super_block (Linux, include/uapi/linux/btrfs_tree.h); little-endian. */
const CHECKSUMMED = 0x20;
const FSID = 0x20;
const OWN_OFFSET = 0x30;
const FLAGS = 0x38;
const MAGIC = 0x40;
const SECTOR_SIZE = 0x90;
const INCOMPAT_FLAGS = 0xbc;
const CHECKSUM_TYPE = 0xc4;
const DEVICE_TOTAL_BYTES = 0xc9 + 8;
const METADATA_UUID = 0x23b;

/** BTRFS_SUPER_FLAG_ERROR. */
const FLAG_ERROR = 1n << 2n;
/** BTRFS_FEATURE_INCOMPAT_METADATA_UUID (Linux 5.0): blocks carry the metadata UUID, the filesystem is known by another. */
const HAS_METADATA_UUID = 1n << 10n;

export interface BtrfsSuperblock {
  readonly uuid: string;
  /** Bytes of its one device that it uses. */
  readonly size: number;
  readonly sectorSize: number;
  readonly hasErrors: boolean;
}

/** Undefined when the bytes are no btrfs superblock that belongs at `offset`. */
export function parseBtrfsSuperblock(bytes: Buffer, offset: number): BtrfsSuperblock | undefined {
  if (bytes.length < BTRFS_SUPERBLOCKS.length || bytes.toString('latin1', MAGIC, MAGIC + 8) !== '_BHRfS_M') {
    return undefined;
  }
  if (bytes.readBigUInt64LE(OWN_OFFSET) !== BigInt(offset)) return undefined;
  return {
    uuid: formatUuid(bytes.subarray(FSID, FSID + 16)),
    size: Number(bytes.readBigUInt64LE(DEVICE_TOTAL_BYTES)),
    sectorSize: bytes.readUInt32LE(SECTOR_SIZE),
    hasErrors: (bytes.readBigUInt64LE(FLAGS) & FLAG_ERROR) !== 0n,
  };
}

/**
 * The superblock with another filesystem id. Every tree block carries the old one, so that stays as the metadata UUID,
 * as `btrfstune -m` leaves it. Throws FailedPrecondition when the checksum is of a kind that we do not have.
 */
export function withFilesystemId(superblock: Buffer, id: Buffer): Buffer {
  const changed = Buffer.from(superblock);
  const incompat = changed.readBigUInt64LE(INCOMPAT_FLAGS);
  if ((incompat & HAS_METADATA_UUID) === 0n) {
    superblock.copy(changed, METADATA_UUID, FSID, FSID + 16);
    changed.writeBigUInt64LE(incompat | HAS_METADATA_UUID, INCOMPAT_FLAGS);
  }
  id.copy(changed, FSID);
  const checksum = checksumOf(changed.subarray(CHECKSUMMED), changed.readUInt16LE(CHECKSUM_TYPE));
  changed.fill(0, 0, CHECKSUMMED);
  checksum.copy(changed, 0);
  return changed;
}

function checksumOf(data: Buffer, type: number): Buffer {
  if (type === 0) {
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32LE(~crc32c(data) >>> 0);
    return checksum;
  }
  if (type === 2) return createHash('sha256').update(data).digest();
  throw new VolumeError(
    'FailedPrecondition',
    `a btrfs with checksums of type ${type} cannot be copied: make it with crc32c or sha256`,
  );
}
