import { VolumeError } from '../../domain/errors.ts';
import type { ProgramMounting } from '../../filesystem/filesystem.ts';
import { detachStack } from '../../filesystem/registered/stacked-mounts.ts';
import type { Host, PinnedPath } from '../../host/host.ts';
import { mountOf } from '../../pool/image-mount.ts';
import { filesystemOf } from './grow-filesystem.ts';
import { momentaryPlace } from './momentary-mount.ts';
import type { Staging } from './plan-staging.ts';

/** Mounts the filesystem of a volume's device, in the volume's own way. `source` is the device, however it is spelled. */
export async function mountDevice(staging: Staging, source: string, path: PinnedPath): Promise<void> {
  const { pool, record, access, mountFlags } = staging;
  const filesystem = filesystemOf(pool, record);
  const { mounting } = filesystem;
  const readOnly = access === 'reader';
  const discard = record.provisioning === 'thin';
  const options = [...filesystem.mountOptions({ readOnly, discard }), ...mountFlags];
  if (mounting.by === 'program') await mountByProgram(staging, mounting, { device: source, options }, path);
  else await pool.host.mounts.mount({ source, target: path.path, fsType: mounting.fsType, options });
}

/**
 * A program resolves the path that it is given by itself, and somebody could swap a component of it meanwhile. So it mounts
 * at a place of the pool, and what it has mounted is bound to where it is wanted. A crash in between leaves a mount that
 * `endMomentaryMounts` removes. A program that fails half way leaves nothing.
 */
async function mountByProgram(
  { pool, record, access }: Staging,
  mounting: ProgramMounting,
  { device, options }: { device: string; options: readonly string[] },
  path: PinnedPath,
): Promise<void> {
  const { host } = pool;
  const place = momentaryPlace(pool, 'mount', record.id);
  await host.files.makeDirectory(place, 0o700);
  try {
    await mounting.mount({ device, target: place, options });
    await requireMountOf(host, String(record.fsType), device, place);
    await host.mounts.bind({ source: place, target: path.path, readOnly: access === 'reader' });
  } finally {
    // The bind mount keeps the filesystem. Without one this was its last mount, and the program that serves it ends.
    await detachStack(host, place);
    await host.files.remove(place);
  }
}

/** What is mounted must show whose it is: by this the driver finds it again, and takes it away. */
async function requireMountOf(host: Host, fsType: string, device: string, place: string): Promise<void> {
  const mount = await host.mounts.find(place);
  const loop = await host.loops.find(device);
  if (mount !== undefined && loop !== undefined && mountOf(loop, mount) !== undefined) return;
  const what =
    mount === undefined
      ? 'nothing is mounted'
      : `what is mounted (${mount.fsType}) says it is of ${mount.source}, not ${device}`;
  throw new VolumeError('FailedPrecondition', `hook mount of filesystem ${fsType} ended well, but ${what}`);
}
