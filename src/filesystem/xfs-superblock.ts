import { formatUuid } from './uuid-bytes.ts';

/** Bytes at the start of the device; big-endian, as struct xfs_dsb (Linux, fs/xfs/libxfs/xfs_format.h) lays them out. */
export const XFS_SUPERBLOCK = { offset: 0, length: 512 };

const VERSION_5 = 5;
/** XFS_SB_FEAT_INCOMPAT_NEEDSREPAIR: the kernel refuses to mount it before xfs_repair has run. */
const NEEDS_REPAIR = 1 << 4;

export interface XfsSuperblock {
  readonly blockSize: number;
  readonly blocks: number;
  /** Blocks of an allocation group; the last one may be smaller. */
  readonly groupBlocks: number;
  readonly uuid: string;
  readonly needsRepair: boolean;
}

/** Undefined when the bytes are no XFS superblock. */
export function parseXfsSuperblock(bytes: Buffer): XfsSuperblock | undefined {
  if (bytes.length < XFS_SUPERBLOCK.length || bytes.toString('latin1', 0, 4) !== 'XFSB') return undefined;
  const version = bytes.readUInt16BE(100) & 0xf;
  return {
    blockSize: bytes.readUInt32BE(4),
    blocks: Number(bytes.readBigUInt64BE(8)),
    groupBlocks: bytes.readUInt32BE(84),
    uuid: formatUuid(bytes.subarray(32, 48)),
    needsRepair: version === VERSION_5 && (bytes.readUInt32BE(216) & NEEDS_REPAIR) !== 0,
  };
}
