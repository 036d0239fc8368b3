/** Reflected form of the Castagnoli polynomial. */
const POLYNOMIAL = 0x82f63b78;
const TABLE = buildTable();

/**
 * CRC-32C as a register: no inversion at the end, so that a result can be the seed of the next piece. ext4 stores it so;
 * btrfs stores it inverted.
 */
export function crc32c(data: Uint8Array, seed = 0xffffffff): number {
  let crc = seed;
  for (const byte of data) crc = (TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return crc >>> 0;
}

function buildTable(): Uint32Array {
  const table = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    table[byte] = crc;
  }
  return table;
}
