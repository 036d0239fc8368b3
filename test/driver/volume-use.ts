import { createHash } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { VolumeCapability } from '../../src/csi/gen/csi/v1/VolumeCapability.ts';
import { volumeId } from '../../src/domain/ids.ts';
import { mount } from '../support/controller.ts';
import type { TestDriver } from '../support/driver.ts';

/** A volume with a staging and a target path of its own. */
export interface Use {
  readonly volumeId: string;
  readonly stagingTargetPath: string;
  readonly targetPath: string;
  readonly volumeCapability: VolumeCapability;
  readonly readonly: boolean;
}

/** How the volume of this name is used below `directory`. */
export function useOf(directory: string, name: string, volumeCapability = mount(), readonly = false): Use {
  const stagingTargetPath = join(directory, 'use', `${name}-staging`);
  const targetPath = join(directory, 'use', `${name}-target`);
  return { volumeId: volumeId(name), stagingTargetPath, targetPath, volumeCapability, readonly };
}

/** Stages and publishes it, as a kubelet does. */
export async function attach({ node }: TestDriver, { readonly, ...use }: Use): Promise<void> {
  // Only a block volume's staging path is made by the orchestrator, but it is there for others as well.
  await mkdir(use.stagingTargetPath, { recursive: true });
  const publishContext = readonly ? { readOnly: 'true' } : {};
  await node.nodeStageVolume({ ...use, publishContext });
  await node.nodePublishVolume({ ...use, readonly, publishContext });
}

export async function detach({ node }: TestDriver, use: Use): Promise<void> {
  await node.nodeUnpublishVolume(use);
  await node.nodeUnstageVolume(use);
}

/** Writes until there is no room left, in pieces, and syncs; returns the digest of what went in. */
export async function fill(path: string, limit = Infinity): Promise<{ bytes: number; digest: string }> {
  const piece = Buffer.alloc(1024 * 1024);
  const hash = createHash('sha256');
  let bytes = 0;
  const file = await open(path, limit === Infinity ? 'w' : 'r+');
  try {
    for (let number = 1; bytes < limit; number += 1) {
      piece.fill(`piece ${number} of ${path}\n`);
      const { bytesWritten } = await file.write(piece, 0, Math.min(piece.length, limit - bytes), bytes);
      hash.update(piece.subarray(0, bytesWritten));
      bytes += bytesWritten;
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  } finally {
    await file.sync();
    await file.close();
  }
  return { bytes, digest: hash.digest('hex') };
}

/** The digest of the first bytes of a file or device. */
export async function digestOf(path: string, bytes: number): Promise<string> {
  const content = await readFile(path);
  return createHash('sha256').update(content.subarray(0, bytes)).digest('hex');
}
