import { messageOf } from '../domain/errors.ts';
import { dataLoss, inaccessible } from '../domain/health-entry.ts';
import type { HealthEntry } from '../domain/volume.ts';
import type { Mount } from '../host/host.ts';
import { imageUsage, type ImageUsage } from './image-usage.ts';
import { imagePath } from './layout.ts';
import type { Pool } from './pool.ts';
import type { VolumeRecord } from './record.ts';

/** What is wrong with the image of a volume, the filesystem in it, and its mounts. */
export async function imageHealth(pool: Pool, record: VolumeRecord): Promise<HealthEntry[]> {
  const path = imagePath(pool, record.id);
  const image = await pool.host.files.stat(path);
  if (image === undefined) return [dataLoss('ImageMissing', `${path} is missing: restore the volume from a snapshot`)];
  if (image.size < record.size) {
    const message = `${path} has ${image.size} bytes of ${record.size}: restore the volume from a snapshot`;
    return [dataLoss('ImageTruncated', message)];
  }
  const usage = await imageUsage(pool, record.id);
  return [...(await superblockHealth(pool, record, path)), ...(await mountHealth(pool, usage))];
}

/** Read from the image, not the device: a device that somebody looks into does not let go of its image. */
async function superblockHealth(pool: Pool, { id, fsType }: VolumeRecord, image: string): Promise<HealthEntry[]> {
  if (fsType === undefined) return [];
  const facts = await pool.filesystems.get(fsType).inspect(image);
  if (facts === undefined) {
    return [dataLoss('FilesystemMissing', `${id} carries no ${fsType} any more: restore the volume from a snapshot`)];
  }
  if (!facts.hasErrors) return [];
  const message = `the ${fsType} of ${id} has noted errors: stop what uses it, take a snapshot, then check and repair it`;
  return [{ status: 'DEGRADED', reason: 'FilesystemErrors', message }];
}

async function mountHealth(pool: Pool, { loops, mounts }: ImageUsage): Promise<HealthEntry[]> {
  const targets = new Set(mounts.filter(({ kind }) => kind === 'filesystem').map(({ target }) => target));
  if (targets.size === 0) return [];
  const isWritable = loops.some(({ device }) => !device.readOnly);
  const found = (await pool.host.mounts.list()).filter(({ target }) => targets.has(target));
  // Each filesystem shows at all its mounts: one entry for each thing that is wrong is enough.
  const entries = new Map<string, HealthEntry>();
  for (const mount of found) {
    const entry = (await shutdownHealth(pool, mount)) ?? (isWritable ? readOnlyHealth(mount) : undefined);
    if (entry !== undefined) entries.set(entry.reason, entry);
  }
  return [...entries.values()];
}

/**
 * After an error that it cannot bear, a filesystem answers EIO to everything, or says so in its options; one whose program
 * has ended answers ENOTCONN.
 */
async function shutdownHealth(pool: Pool, { target, superOptions }: Mount): Promise<HealthEntry | undefined> {
  const advice = 'stop what uses it and stage the volume again';
  if (superOptions.includes('shutdown')) {
    return inaccessible('FilesystemShutDown', `the filesystem at ${target} has shut down: ${advice}`);
  }
  try {
    await pool.host.files.stat(target);
    await pool.host.files.usage(target);
    return undefined;
  } catch (error) {
    return inaccessible(
      'FilesystemShutDown',
      `the filesystem at ${target} cannot be read: ${messageOf(error)}; ${advice}`,
    );
  }
}

/** Read-only below a mount that was made read-write: the filesystem has turned itself so after an error. */
function readOnlyHealth({ target, readOnly, superReadOnly, superOptions }: Mount): HealthEntry | undefined {
  // ext4 of newer kernels stays `rw` and says so beside it.
  if (readOnly || !(superReadOnly || superOptions.includes('emergency_ro'))) return undefined;
  const message = `the filesystem at ${target} has turned read-only after an error: stop what uses it, check it, stage it again`;
  return { status: 'DEGRADED', reason: 'FilesystemReadOnly', message };
}
