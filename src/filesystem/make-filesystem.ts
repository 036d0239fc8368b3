import { dirname } from 'node:path';
import { VolumeError } from '../domain/errors.ts';
import { MiB } from '../domain/sizes.ts';
import { isHostError } from '../host/host-error.ts';
import type { Host } from '../host/host.ts';

/** More than any new filesystem writes; mkfs.xfs preallocates its log of 64 MiB. */
const ROOM_FOR_MKFS = 96 * MiB;
const TIMEOUT_MS = 300_000;

/**
 * Runs a mkfs on an image file. A mkfs does not say why it failed but in prose, so the reason is found from what is
 * around it: no room left is ResourceExhausted, options that do not go together are InvalidArgument.
 */
export async function makeFilesystem(
  host: Host,
  mkfs: { command: string; args: readonly string[]; image: string; chosen: ReadonlyMap<string, string> },
): Promise<void> {
  try {
    await host.run(mkfs.command, [...mkfs.args, mkfs.image], { timeoutMs: TIMEOUT_MS });
  } catch (error) {
    if (!isHostError(error, 'EXIT')) throw error;
    const { availableBytes } = await host.files.usage(dirname(mkfs.image));
    if (availableBytes < ROOM_FOR_MKFS) {
      throw new VolumeError(
        'ResourceExhausted',
        `no room for a new filesystem: ${availableBytes} bytes are left below ${dirname(mkfs.image)}`,
        { cause: error },
      );
    }
    if (mkfs.chosen.size > 0) {
      const options = [...mkfs.chosen].flat().join(' ');
      throw new VolumeError('InvalidArgument', `${mkfs.command} refuses mkfsOptions ${options}: ${error.message}`, {
        cause: error,
      });
    }
    throw error;
  }
}
