import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import * as z from 'zod';
import { VolumeError } from '../domain/errors.ts';
import { parseStored } from '../domain/stored-json.ts';
import { isHostError } from '../host/host-error.ts';
import type { Host } from '../host/host.ts';
import { folders, within } from './layout.ts';
import type { PoolSettings } from './pool.ts';

const identitySchema = z.object({
  format: z.literal(1),
  uuid: z.uuid(),
  createdAt: z.iso.datetime(),
  /** Bytes in use on the filesystem when the pool was made: by others, and by the filesystem itself. */
  usedAtCreation: z.int(),
});
export type PoolIdentity = z.infer<typeof identitySchema>;

export interface Claim {
  readonly identity: PoolIdentity;
  readonly release: () => void;
}

/**
 * Takes the pool for this process (flock on pool.json) and makes it a pool when it is none. Throws FailedPrecondition
 * when another driver has it, when a newer one made it, or when this node knows the pool and something else is there.
 */
export async function claimPool(settings: PoolSettings, host: Host): Promise<Claim> {
  const { path, knownUuid, lockWaitMs } = settings;
  const file = join(path, 'pool.json');
  if (knownUuid === undefined) await makePoolFile(path, file, host);
  else if ((await host.files.stat(file)) === undefined) throw notMounted(settings);

  const lock = await host.files.lock(file, lockWaitMs);
  try {
    const text = (await host.files.read(file)) ?? '';
    // Empty: made a moment ago, or by a process that ended right then.
    const identity = text === '' ? await initialise(settings, file, host) : parseStored(text, identitySchema, file);
    if (knownUuid !== undefined && identity.uuid !== knownUuid) throw anotherPool(settings, identity);
    for (const folder of folders) await host.files.makeDirectory(within(settings, folder), 0o700);
    return {
      identity,
      release: () => {
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** O_EXCL, so that two who start at once lock the same file. */
async function makePoolFile(path: string, file: string, host: Host): Promise<void> {
  await host.files.makeDirectory(path, 0o700);
  try {
    await host.images.create(file, 0);
  } catch (error) {
    if (!isHostError(error, 'EEXIST')) throw error;
  }
}

async function initialise(settings: PoolSettings, file: string, host: Host): Promise<PoolIdentity> {
  if (settings.knownUuid !== undefined) throw notMounted(settings);
  const images = await Promise.all(
    (['volumes', 'snapshots'] as const).map((folder) => host.files.list(within(settings, folder))),
  );
  if (images.flat().length > 0) {
    throw new VolumeError('DataLoss', `${file} is empty, but there are images beside it: restore it from a backup`);
  }
  const { totalBytes, freeBytes } = await host.files.usage(settings.path);
  const identity: PoolIdentity = {
    format: 1,
    uuid: randomUUID(),
    createdAt: new Date().toISOString(),
    usedAtCreation: totalBytes - freeBytes,
  };
  await host.files.write(file, `${JSON.stringify(identity, null, 2)}\n`);
  return identity;
}

function notMounted({ name, path, knownUuid }: PoolSettings): VolumeError {
  const message =
    `${path} does not hold pool ${name} (uuid ${String(knownUuid)}), which this node has had before: ` +
    'mount its disk there; a pool that is a new one needs a name of its own';
  return new VolumeError('FailedPrecondition', message);
}

function anotherPool({ name, path, knownUuid }: PoolSettings, { uuid }: PoolIdentity): VolumeError {
  const message = `${path} holds the pool with uuid ${uuid}, but ${name} had ${String(knownUuid)} before: is another disk mounted?`;
  return new VolumeError('FailedPrecondition', message);
}
