import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { VolumeError } from '../domain/errors.ts';
import type { ImportJob } from './import-job.ts';
import { measureTree } from './measure-tree.ts';
import type { Source } from './source.ts';
import { createTar, extractTar } from './tar.ts';

/** A directory of this machine, all that is in it, or one file. An attempt before it is thrown away. */
export async function importTree(source: Extract<Source, { kind: 'tree' | 'file' }>, job: ImportJob): Promise<void> {
  const { directory, workspace, signal, onProgress } = job;
  await refuseWithin(source.path, directory);
  const { bytes: totalBytes } = await measureTree(source.path, signal);
  await job.requireRoom(totalBytes, false);
  await workspace.clear();

  const isTree = source.kind === 'tree';
  const from = isTree ? source.path : path.dirname(source.path);
  const tar = createTar(from, isTree ? undefined : source.name, signal);
  await extractTar(counted(tar, totalBytes, onProgress), directory, signal);
}

/** The archive on its way has a little more in it than was counted before, or less. */
async function* counted(
  source: AsyncIterable<Uint8Array>,
  totalBytes: number,
  onProgress: ImportJob['onProgress'],
): AsyncGenerator<Uint8Array> {
  let doneBytes = 0;
  for await (const piece of source) {
    doneBytes += piece.length;
    onProgress({ doneBytes: Math.min(doneBytes, totalBytes), totalBytes });
    yield piece;
  }
  onProgress({ doneBytes: totalBytes, totalBytes });
}

/** A directory cannot be copied into itself: it would never end. */
async function refuseWithin(source: string, directory: string): Promise<void> {
  const [outer, inner] = await Promise.all([realpath(source), realpath(directory)]);
  if (!`${inner}/`.startsWith(outer === '/' ? '/' : `${outer}/`)) return;
  const message = `${source} has ${directory} in it, where it would be copied to: import a directory without that`;
  throw new VolumeError('InvalidArgument', message);
}
