import { VolumeError } from '../../domain/errors.ts';
import { detachStack } from '../../filesystem/registered/stacked-mounts.ts';
import type { Host, PinnedPath } from '../../host/host.ts';
import { mountOf } from '../../pool/image-mount.ts';
import { isInPods } from './end-pods.ts';
import { filesystemOf } from './grow-filesystem.ts';
import { momentaryPlace } from './momentary-mount.ts';
import { noteMountFlags } from './mount-flags.ts';
import type { Staging } from './plan-staging.ts';

/** Mounts the filesystem of a volume's device, in the volume's own way. `source` is the device, however it is spelled. */
export async function mountDevice(staging: Staging, source: string, path: PinnedPath): Promise<void> {
  const { pool, record, access } = staging;
  const { mounting } = filesystemOf(pool, record);
  if (mounting.by === 'kernel') {
    const options = optionsOf(staging);
    await pool.host.mounts.mount({ source, target: path.path, fsType: mounting.fsType, options });
    return;
  }
  await mountAside(staging, source, (place) =>
    pool.host.mounts.bind({ source: place, target: path.path, readOnly: access === 'reader' }),
  );
}

function optionsOf({ pool, record, access, mountFlags }: Staging): readonly string[] {
  const discard = record.provisioning === 'thin';
  return [...filesystemOf(pool, record).mountOptions({ readOnly: access === 'reader', discard }), ...mountFlags];
}

/**
 * A program resolves the path that it is given by itself, and somebody could swap a component of it meanwhile. So it mounts
 * at a place of the pool, and `show` binds what it has mounted to where it is wanted. A crash in between leaves a mount that
 * `endMomentaryMounts` removes. A program that fails half way leaves nothing.
 */
export async function mountAside(
  staging: Staging,
  device: string,
  show: (place: string) => Promise<void>,
): Promise<void> {
  const { pool, record, mountFlags } = staging;
  const { host } = pool;
  const { mounting } = filesystemOf(pool, record);
  if (mounting.by === 'kernel') throw new VolumeError('Internal', `no program mounts ${String(record.fsType)}`);
  if (isInPods(staging)) await noteMountFlags(pool, record.id, mountFlags);
  const place = momentaryPlace(pool, 'mount', record.id);
  await host.files.makeDirectory(place, 0o700);
  try {
    await mounting.mount({ device, target: place, options: optionsOf(staging) });
    await requireMountOf(host, String(record.fsType), device, place);
    await show(place);
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
