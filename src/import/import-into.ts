import type { Readable } from 'node:stream';
import { formatSize } from '../domain/sizes.ts';
import { VolumeError } from '../domain/errors.ts';
import { usage } from '../host/stat.ts';
import { importArchive } from './import-archive.ts';
import { importDownload } from './import-download.ts';
import { importGit } from './import-git.ts';
import { importTree } from './import-tree.ts';
import type { ImportJob } from './import-job.ts';
import { importFailure, SourceChanged } from './errors.ts';
import { importImage } from './oci/import-image.ts';
import type { Credentials, Progress, Source } from './source.ts';
import { openWorkspace } from './workspace.ts';

export interface ImportOptions {
  readonly credentials: Credentials;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  readonly stdin: Readable;
  /** Milliseconds before a connection that broke is tried again for the first time. */
  readonly retryPauseMs?: number;
}

/** How often a source that changes while it is read is begun with anew. */
const ATTEMPTS = 3;

/**
 * Fills a directory that was empty before the first attempt, and returns when all is on disk. Goes on where an attempt that
 * ended in between can be gone on with, and starts over where it cannot; does nothing where one has finished. What is in
 * the directory is not all for as long as there is `.tome-import` in it. Throws VolumeError: Aborted while another
 * process fills it, Unavailable when a later attempt may go on.
 */
export async function importInto(source: Source, directory: string, options: ImportOptions): Promise<void> {
  const { signal } = options;
  try {
    const workspace = await openWorkspace(directory);
    if (workspace === undefined) return;
    try {
      const job: ImportJob = { ...options, directory, workspace, requireRoom: roomIn(directory, source.label) };
      await attempt(source, job);
      signal.throwIfAborted();
      await workspace.finish();
    } finally {
      workspace.release();
    }
  } catch (error) {
    if (signal.aborted) throw new VolumeError('Cancelled', 'the import was interrupted', { cause: error });
    throw importFailure(error, source.label);
  }
}

async function attempt(source: Source, job: ImportJob): Promise<void> {
  for (let number = 1; ; number += 1) {
    try {
      await importOnce(source, job);
      return;
    } catch (error) {
      if (!(error instanceof SourceChanged) || number === ATTEMPTS) throw error;
    }
  }
}

async function importOnce(source: Source, job: ImportJob): Promise<void> {
  switch (source.kind) {
    case 'download':
      return importDownload(source, job);
    case 'archive':
      return importArchive(source, job);
    case 'tree':
    case 'file':
      return importTree(source, job);
    case 'image':
      return importImage(source, job);
    case 'git':
      return importGit(source, job);
  }
}

/** What is packed may need less, or far more, so that only what has no chance is refused. */
function roomIn(directory: string, label: string): ImportJob['requireRoom'] {
  return async (bytes, isPacked) => {
    const { totalBytes, freeBytes } = await usage(directory);
    const room = isPacked ? totalBytes : freeBytes;
    if (bytes <= room) return;
    const message = `${label} has ${formatSize(bytes)}, and there is room for ${formatSize(room)}: ask for a larger volume`;
    throw new VolumeError('ResourceExhausted', message);
  };
}
