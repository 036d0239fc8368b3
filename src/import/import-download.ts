import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { fromNode } from '../host/errno.ts';
import { readText, replaceText } from '../host/text-files.ts';
import { requireChecksum } from './checksum.ts';
import { SourceChanged } from './errors.ts';
import type { ImportJob } from './import-job.ts';
import { readUrl } from './read-url.ts';
import type { Source } from './source.ts';

type Download = Extract<Source, { kind: 'download' }>;

/** What the bytes that are there are of. */
const noteSchema = z.object({ label: z.string(), validator: z.string().optional() });

/**
 * One file, under its own name. What is there of it is in the workspace before it is complete, so that a later attempt goes
 * on with it if it is the same file still.
 */
export async function importDownload(source: Download, job: ImportJob): Promise<void> {
  const { workspace, directory } = job;
  const partial = path.join(workspace.path, 'download');
  await workspace.clear();
  await download(source, partial, job);
  await rename(partial, path.join(directory, source.name));
}

type Reading = Omit<ImportJob, 'directory' | 'workspace' | 'stdin'>;
type Address = Pick<Download, 'url' | 'label' | 'sha256'>;

/**
 * Reads a file, and has it on disk; goes on where an earlier attempt at the same one has ended. Throws SourceChanged when the
 * next attempt has to begin anew, and DataLoss when it is not what was meant.
 */
export async function download(source: Address, partial: string, job: Reading): Promise<void> {
  try {
    await readInto(source, partial, job);
  } catch (error) {
    if (error instanceof SourceChanged) await forget(partial);
    throw error;
  }
}

async function readInto(source: Address, partial: string, job: Reading): Promise<void> {
  const { url, label, sha256 } = source;
  const { credentials, signal, onProgress, retryPauseMs } = job;
  const notePath = `${partial}.json`;
  const file = await open(partial, 'a', 0o644);
  try {
    const { offset, validator } = await present(file, notePath, label);
    const hash = await hashOf(partial, offset);
    let doneBytes = offset;
    let totalBytes: number | undefined;
    const onAnswer = async (answer: { totalBytes: number | undefined; validator: string | undefined }) => {
      totalBytes = answer.totalBytes;
      if (totalBytes !== undefined) await job.requireRoom(totalBytes - offset, false);
      await replaceText(notePath, JSON.stringify({ label, validator: answer.validator }));
    };
    for await (const piece of readUrl(url, { offset, validator, credentials, signal, onAnswer, retryPauseMs })) {
      await append(file, piece);
      hash.update(piece);
      doneBytes += piece.length;
      onProgress({ doneBytes, totalBytes });
    }
    await requireChecksum(sha256, hash, label, () => file.truncate(0));
    await file.sync();
  } finally {
    await file.close();
  }
}

/** What an earlier attempt has read of the same address; nothing where that cannot be told. */
async function present(
  file: FileHandle,
  notePath: string,
  label: string,
): Promise<{ offset: number; validator?: string | undefined }> {
  const text = await readText(notePath);
  const note = text === undefined ? undefined : noteSchema.safeParse(JSON.parse(text)).data;
  if (note?.label === label && note.validator !== undefined) {
    return { offset: (await file.stat()).size, validator: note.validator };
  }
  await file.truncate(0);
  return { offset: 0 };
}

async function hashOf(partial: string, bytes: number): Promise<Hash> {
  const hash = createHash('sha256');
  if (bytes > 0) for await (const piece of createReadStream(partial)) hash.update(piece as Buffer);
  return hash;
}

async function append(file: FileHandle, piece: Uint8Array): Promise<void> {
  try {
    await file.appendFile(piece);
  } catch (error) {
    throw fromNode(error, 'write what is downloaded');
  }
}

async function forget(partial: string): Promise<void> {
  const file = await open(partial, 'w');
  await file.close();
}
