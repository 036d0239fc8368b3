import { MiB, GiB } from '../domain/sizes.ts';
import { importFailure, Transient, Unreachable } from './errors.ts';
import { measureTree, type Measure } from './measure-tree.ts';
import { findLayers } from './oci/registry.ts';
import { request } from './request.ts';
import type { Credentials, Source } from './source.ts';

/**
 * What of a source can be known before it is read: what a directory or file takes, and the length of a download. Undefined
 * for the rest, and where a server does not tell. Throws VolumeError when there is nothing to read.
 */
export async function measureSource(
  source: Source,
  credentials: Credentials,
  signal: AbortSignal,
): Promise<Measure | undefined> {
  try {
    switch (source.kind) {
      case 'tree':
      case 'file':
        return await measureTree(source.path, signal);
      case 'download':
        return await measureDownload(source.url, credentials, signal);
      case 'archive':
        if (source.from.at === 'url') await orLater(measureDownload(source.from.url, credentials, signal));
        return undefined;
      case 'image':
        await orLater(findLayers(source, credentials, signal));
        return undefined;
      case 'git':
        return undefined;
    }
  } catch (error) {
    throw importFailure(error, source.label);
  }
}

/** How much there will be unpacked nothing tells; but that there is nothing, or no server, should be known at once. */
async function orLater(asked: Promise<unknown>): Promise<void> {
  try {
    await asked;
  } catch (error) {
    const mayPass = error instanceof Transient && !(error instanceof Unreachable);
    if (!mayPass) throw error;
  }
}

async function measureDownload(
  url: string,
  credentials: Credentials,
  signal: AbortSignal,
): Promise<Measure | undefined> {
  // Not by HEAD: servers of signed addresses refuse it.
  const { totalBytes, body } = await request(url, { credentials, signal });
  await body?.cancel();
  return totalBytes === undefined ? undefined : { bytes: totalBytes, files: 1 };
}

/** What a filesystem takes for itself at least, and of each thousand bytes. */
const OWN = 64 * MiB;
const SHARE = 1.1;
/** Bytes for which ext4 makes one inode. */
const PER_INODE = 16 * 1024;

/** Bytes of a volume that has room for what was measured, in any filesystem, rounded as a person would. */
export function sizeFor({ bytes, files }: Measure): number {
  const wanted = Math.max(bytes * SHARE, files * PER_INODE) + OWN;
  const step = wanted < GiB ? 16 * MiB : wanted < 16 * GiB ? 128 * MiB : GiB;
  return Math.ceil(wanted / step) * step;
}
