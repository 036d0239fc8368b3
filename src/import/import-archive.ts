import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { requireChecksum } from './checksum.ts';
import { decompressed } from './decompress.ts';
import type { ImportJob } from './import-job.ts';
import { readUrl } from './read-url.ts';
import type { Source } from './source.ts';
import { extractTar } from './tar.ts';

type Archive = Extract<Source, { kind: 'archive' }>;

/** Unpacks an archive as it is read, so that it takes no room beside what is in it. An attempt before it is thrown away. */
export async function importArchive({ from, sha256, label }: Archive, job: ImportJob): Promise<void> {
  const { workspace, onProgress, signal } = job;
  await workspace.clear();
  const hash = createHash('sha256');
  const total: { bytes?: number | undefined } = {};
  const seen = async (bytes: number | undefined) => {
    total.bytes = bytes;
    if (bytes !== undefined) await job.requireRoom(bytes, true);
  };

  async function* counted(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let doneBytes = 0;
    for await (const piece of source) {
      doneBytes += piece.length;
      hash.update(piece);
      onProgress({ doneBytes, totalBytes: total.bytes });
      yield piece;
    }
  }

  const bytes = counted(await open(from, job, seen));
  await extractTar(decompressed(bytes, signal), job.directory, signal);
  await requireChecksum(sha256, hash, label);
}

async function open(
  from: Archive['from'],
  { credentials, signal, stdin, retryPauseMs }: ImportJob,
  seen: (bytes: number | undefined) => Promise<void>,
): Promise<AsyncIterable<Uint8Array>> {
  switch (from.at) {
    case 'stdin':
      return stdin;
    case 'file':
      await seen((await stat(from.path)).size);
      return createReadStream(from.path, { highWaterMark: 1024 * 1024 });
    case 'url':
      return readUrl(from.url, {
        offset: 0,
        credentials,
        signal,
        retryPauseMs,
        onAnswer: ({ totalBytes }) => seen(totalBytes),
      });
  }
}
