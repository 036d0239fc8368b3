import { join } from 'node:path';
import { VolumeError } from '../domain/errors.ts';
import type { DirectoryRegistration, Hook } from '../filesystem/registered/registration.ts';
import { asRefusal, filledHook, filledUnmount, hookEnvironment } from '../filesystem/registered/run-hook.ts';
import { HostError, isHostError } from '../host/host-error.ts';
import { mountPointOf, notePrepared, sourceOf, type DirectoryVolumeRecord } from './directory-volume.ts';
import type { Pool } from './pool.ts';
import { whyUnreadable } from '../host/why-unreadable.ts';

/** A volume of a registered filesystem of kind `directory`, and where it is. */
export interface DirectoryFilesystem {
  readonly pool: Pool;
  readonly record: DirectoryVolumeRecord;
}

export type Secrets = Readonly<Record<string, string>>;

/**
 * Mounts the volume's filesystem at its private place, unless it is there and answers: formatted before its very first
 * mount, checked before each. Safe to repeat after a crash at any point: what a `format` that did not end has left in the
 * pool is thrown away. The volume's lock must be held. Throws FailedPrecondition with what a hook has said.
 */
export async function ensureMounted(volume: DirectoryFilesystem, secrets: Secrets): Promise<string> {
  const { pool, record } = volume;
  const target = mountPointOf(pool, record.id);
  const failure = await failureAt(volume);
  if (failure === undefined) return target;
  // Not dead: what hangs may yet have something to write.
  if (isHostError(failure, 'ETIMEDOUT')) {
    const message = `volume ${record.id} cannot be used: ${failure.message}`;
    throw new VolumeError('Unavailable', message, { cause: failure });
  }
  const registration = registrationOf(pool, record.fsType);
  await prepare(volume, secrets);
  if (registration.hooks.fscheck !== undefined) await runVolumeHook(volume, 'fscheck', secrets);
  const env = await hookEnvironment(pool.host, registration, secrets);
  const command = filled(volume, pool.mounter.mountHook(registration));
  const where = { volumeId: record.id, source: sourceOf(pool, record), target };
  await asRefusal(() => pool.mounter.mount({ ...where, registration, env, ...command }));
  return target;
}

/**
 * Mounts again what is dead, without the secrets at hand. False when only NodeStageVolume can, which brings them. The
 * volume's lock must be held. Throws as `ensureMounted`.
 */
export async function mountAgain(volume: DirectoryFilesystem): Promise<boolean> {
  const { pool, record } = volume;
  const registration = registrationOf(pool, record.fsType);
  const command = filled(volume, pool.mounter.mountHook(registration));
  const where = { volumeId: record.id, source: sourceOf(pool, record), target: mountPointOf(pool, record.id) };
  return asRefusal(() => pool.mounter.mountAgain({ ...where, registration, ...command }));
}

/** Whether it is mounted and answers. */
export async function isWell(volume: DirectoryFilesystem): Promise<boolean> {
  return (await failureAt(volume)) === undefined;
}

/** Undefined when it is mounted and answers. */
async function failureAt({ pool, record }: DirectoryFilesystem): Promise<Error | undefined> {
  const target = mountPointOf(pool, record.id);
  if ((await pool.host.mounts.find(target)) !== undefined) return whyUnreadable(pool.host, target);
  return new HostError('ENOENT', `nothing is mounted at ${target}`);
}

/** Whether it cannot be mounted without what only NodeStageVolume brings. */
export function needsSecrets({ pool, record }: DirectoryFilesystem): boolean {
  const { environment } = registrationOf(pool, record.fsType);
  return Object.values(environment).some((from) => 'secret' in from);
}

/** Unmounts it; returns when nothing serves it any more. What is not mounted is fine. The lock must be held. */
export async function ensureUnmounted({ pool, record: { id, fsType } }: DirectoryFilesystem): Promise<void> {
  const target = mountPointOf(pool, id);
  const registration = registrationOf(pool, fsType);
  const how = filledUnmount(registration.hooks.unmount, target);
  await asRefusal(() => pool.mounter.unmount({ volumeId: id, registration, target, ...how }));
}

/**
 * Runs one of the hooks that neither mounts nor unmounts, if it is declared, and returns what it printed. Without
 * `secrets` it has none of the variables that come from them. `before` is done when nothing that an earlier driver has
 * left of the volume's hooks runs any more. Throws FailedPrecondition with what it has said.
 */
export async function runVolumeHook(
  volume: DirectoryFilesystem,
  name: 'format' | 'fscheck' | 'delete' | 'grow' | 'stats',
  secrets: Secrets | undefined,
  before?: () => Promise<void>,
): Promise<string | undefined> {
  const { pool, record } = volume;
  const registration = registrationOf(pool, record.fsType);
  const hook = registration.hooks[name];
  if (hook === undefined) {
    await before?.();
    return undefined;
  }
  const env = await hookEnvironment(pool.host, registration, secrets);
  const mountPoint = mountPointOf(pool, record.id);
  const target = name === 'grow' || name === 'stats' ? mountPoint : undefined;
  const what = { hook: name, volumeId: record.id, source: sourceOf(pool, record), target, mountPoint };
  const run = { registration, env, ...what, ...filled(volume, hook), ...(before && { before }) };
  return asRefusal(() => pool.mounter.run(run));
}

/** Throws FailedPrecondition when it is registered no more, or is of another kind now. */
function registrationOf({ filesystems }: Pool, name: string): DirectoryRegistration {
  const registration = filesystems.directory(name);
  if (registration !== undefined) return registration;
  const message = `filesystem ${name} is not registered here any more as one of kind directory: register it again`;
  throw new VolumeError('FailedPrecondition', message);
}

function filled({ pool, record }: DirectoryFilesystem, hook: Hook): ReturnType<typeof filledHook> {
  const source = sourceOf(pool, record);
  const values = {
    volume: record.id,
    size: String(record.size),
    target: mountPointOf(pool, record.id),
    ...(source !== undefined && { source }),
  };
  return filledHook(hook, values, record.arguments);
}

/** That it has begun is on disk first: then something may have been made that a deletion must remove. */
async function prepare(volume: DirectoryFilesystem, secrets: Secrets): Promise<void> {
  const { pool, record } = volume;
  if (record.directory.prepared === 'done') return;
  const source = sourceOf(pool, record);
  const begun = await notePrepared(pool, record, 'begun');
  const clear = record === begun && source !== undefined ? () => empty(pool, source) : undefined;
  await runVolumeHook({ ...volume, record: begun }, 'format', secrets, clear);
  await notePrepared(pool, begun, 'done');
}

/** Never mounted yet, so there is nothing of anybody in it. */
async function empty({ host }: Pool, directory: string): Promise<void> {
  for (const name of await host.files.list(directory)) await host.files.removeTree(join(directory, name));
}
