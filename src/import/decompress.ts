import { pipeline, Readable, type Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { startTool } from '../host/start-tool.ts';
import { throughTool } from './feed-tool.ts';

const GZIP = Buffer.from([0x1f, 0x8b]);
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
const XZ = Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]);

/** What is in a stream that is compressed with gzip, zstd or xz, by its first bytes; any other as it is. */
export async function* decompressed(
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { start, all } = await peek(source, XZ.length);
  const isA = (magic: Buffer) => start.subarray(0, magic.length).equals(magic);
  if (isA(GZIP)) yield* through(all, createGunzip());
  else if (isA(ZSTD)) yield* through(all, createZstdDecompress());
  else if (isA(XZ)) yield* throughTool(all, startTool('xz', ['--decompress', '--stdout'], { signal }));
  else yield* all;
}

/** The first bytes, fewer where there are no more, and all from the first on. */
async function peek(
  source: AsyncIterable<Uint8Array>,
  length: number,
): Promise<{ start: Buffer; all: AsyncGenerator<Uint8Array> }> {
  const rest = source[Symbol.asyncIterator]();
  let start = Buffer.alloc(0);
  while (start.length < length) {
    const next = await rest.next();
    if (next.done === true) break;
    start = Buffer.concat([start, next.value]);
  }
  return { start, all: startAndRest(start, rest) };
}

async function* startAndRest(start: Buffer, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield start;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

async function* through(source: AsyncIterable<Uint8Array>, decompress: Transform): AsyncGenerator<Uint8Array> {
  // What goes wrong ends the last of them, from which it is thrown.
  pipeline(Readable.from(source, { objectMode: false }), decompress, () => undefined);
  for await (const piece of decompress) yield piece as Buffer;
}
