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
    await roomForMkfs(host, mkfs.image, () =>
      host.run(mkfs.command, [...mkfs.args, mkfs.image], { timeoutMs: TIMEOUT_MS }),
    );
  } catch (error) {
    if (!isHostError(error, 'EXIT') || mkfs.chosen.size === 0) throw error;
    const options = [...mkfs.chosen].flat().join(' ');
    throw new VolumeError('InvalidArgument', `${mkfs.command} refuses mkfsOptions ${options}: ${error.message}`, {
      cause: error,
    });
  }
}

/** Runs `make`, and throws ResourceExhausted when it fails where too little room is left around the image. */
export async function roomForMkfs(host: Host, image: string, make: () => Promise<unknown>): Promise<void> {
  try {
    await make();
  } catch (error) {
    const { availableBytes } = await host.files.usage(dirname(image));
    if (availableBytes >= ROOM_FOR_MKFS) throw error;
    const message = `no room for a new filesystem: ${availableBytes} bytes are left below ${dirname(image)}`;
    throw new VolumeError('ResourceExhausted', message, { cause: error });
  }
}
