import type { Ext4Superblock } from './ext4-superblock.ts';

/** mke2fs drops a last group that has fewer blocks than this beside its metadata. */
const USEFUL_BLOCKS = 50;

/**
 * Bytes that must follow the filesystem on its device before growing it gains anything. Within a last group that is
 * not full any block does. Behind a full one a new group must hold its own metadata and something more: mke2fs leaves
 * a smaller tail unused, and the kernel as well, so a fresh image of an odd size is as large as it can be.
 */
export function growthStep(superblock: Ext4Superblock): number {
  const { blocks, firstBlock, blocksPerGroup, blockSize } = superblock;
  const grouped = blocks - firstBlock;
  if (grouped % blocksPerGroup !== 0) return blockSize;
  const hasCopy = !superblock.sparseSuper || hasSuperblockCopy(grouped / blocksPerGroup);
  const bitmaps = 2;
  const metadata = bitmaps + superblock.inodeTableBlocks + (hasCopy ? superblock.superblockCopyBlocks : 0);
  return (metadata + USEFUL_BLOCKS) * blockSize;
}

/** With sparse_super, copies are in groups 0, 1 and the powers of 3, 5 and 7. */
function hasSuperblockCopy(group: number): boolean {
  return group <= 1 || [3, 5, 7].some((base) => isPower(group, base));
}

function isPower(number: number, base: number): boolean {
  let power = base;
  while (power < number) power *= base;
  return power === number;
}
