import { mkdir } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { pino } from 'pino';
import { snapshotId, volumeId } from '../../src/domain/ids.ts';
import { GiB, MiB, TiB } from '../../src/domain/sizes.ts';
import { localMounter } from '../../src/filesystem/registered/local-mounter.ts';
import { filesystems } from '../../src/filesystem/registry.ts';
import type { Host } from '../../src/host/host.ts';
import { linuxHost } from '../../src/host/linux-host.ts';
import { IoLimiter } from '../../src/pool/io-limiter.ts';
import type { ImageFields } from '../../src/pool/create-volume.ts';
import { openPool } from '../../src/pool/open-pool.ts';
import type { Pool, PoolSettings } from '../../src/pool/pool.ts';
import { mountedXfs, mountImage } from '../support/xfs.ts';
import { temporaryDirectory } from '../support/temporary.ts';

export const host = linuxHost();
/** Where volumes of registered filesystems would be mounted. */
export const MOUNTS = '/run/tome-test-mounts';
export const silent = pino({ level: process.env['TOME_TEST_LOG'] ?? 'silent' });

/** A place for a pool on a filesystem of its own, and how to open it, again and again if need be. */
export interface PoolPlace {
  /** A directory outside of the pool's filesystem. */
  readonly aside: string;
  readonly path: string;
  open(settings?: Partial<PoolSettings>, wrapped?: Host): Promise<Pool>;
  cleanUp(): Promise<void>;
}

/** On XFS with reflink, of `size` bytes. */
export async function xfsPlace(size = GiB): Promise<PoolPlace> {
  const directory = temporaryDirectory('tome-pool');
  return placeAt(directory.path, await mountedXfs(directory.path, size), () => directory.cleanUp());
}

/** On ext4, which cannot reflink. */
export async function ext4Place(size = GiB): Promise<PoolPlace> {
  const directory = temporaryDirectory('tome-pool');
  const file = join(directory.path, 'ext4.img');
  const target = join(directory.path, 'ext4');
  await host.images.create(file, size);
  await host.run('mkfs.ext4', ['-q', '-F', file]);
  await mkdir(target);
  await mountImage(file, { target, fsType: 'ext4' });
  return placeAt(directory.path, target, () => directory.cleanUp());
}

function placeAt(aside: string, filesystem: string, cleanUp: () => Promise<void>): PoolPlace {
  const path = join(filesystem, 'pool');
  const opened = new Set<Pool>();
  return {
    aside,
    path,
    open: async (settings, wrapped = host) => {
      const pool = await openPool(poolSettings({ path, ...settings }), testDeps(wrapped));
      opened.add(pool);
      return pool;
    },
    cleanUp: async () => {
      await Promise.all([...opened].map((pool) => pool.close()));
      await cleanUp();
    },
  };
}

/** On a machine without cgroup v2. */
export function noIoLimits(wrapped: Host = host): IoLimiter {
  const directory = '/run/tome-test-io-limits';
  return new IoLimiter({ host: wrapped, cgroupRoot: '/nonexistent', directory, log: silent });
}

export function testDeps(wrapped: Host = host) {
  const registry = filesystems(wrapped);
  const mounter = localMounter(wrapped);
  const ioLimiter = noIoLimits(wrapped);
  return { host: wrapped, filesystems: registry, mountsDirectory: MOUNTS, mounter, ioLimiter, log: silent };
}

export function poolSettings(settings: Partial<PoolSettings> & { path: string }): PoolSettings {
  return {
    name: 'test',
    reserveBytes: 0,
    overcommit: 1,
    minimumVolumeSize: MiB,
    maximumVolumeSize: TiB,
    lockWaitMs: 0,
    ...settings,
  };
}

/** A volume to ask for: 64 MiB of thin ext4 unless told otherwise. */
export function volume(name: string, fields: Partial<ImageFields> = {}): ImageFields & { id: string } {
  return {
    id: volumeId(name),
    name,
    uuid: randomUUID(),
    size: 64 * MiB,
    volumeMode: 'Filesystem',
    provisioning: 'thin',
    exclusive: false,
    mkfsOptions: [],
    parameters: {},
    tags: {},
    accessModes: [],
    ...(fields.volumeMode !== 'Block' && { fsType: 'ext4' }),
    ...fields,
  };
}

/** A snapshot to ask for. */
export function snapshot(name: string, sourceVolumeId: string) {
  return { id: snapshotId(name), uuid: randomUUID(), name, sourceVolumeId };
}

/** The reason of the VolumeError that the call ends with, and its message; fails when it does not fail. */
export async function failureOf(call: Promise<unknown>): Promise<{ reason: string; message: string }> {
  const outcome: unknown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(outcome instanceof Error)) throw new Error('the call did not fail');
  return { reason: 'reason' in outcome ? String(outcome.reason) : outcome.name, message: outcome.message };
}
