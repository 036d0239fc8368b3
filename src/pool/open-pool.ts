import type { Logger } from 'pino';
import type { Mounter } from '../filesystem/registered/mounter.ts';
import type { FilesystemRegistry } from '../filesystem/registry.ts';
import type { Host } from '../host/host.ts';
import { mountBacking, unmountBacking } from './backing.ts';
import { Blanks } from './blanks.ts';
import { poolCapacity } from './capacity.ts';
import { claimPool, type Claim } from './claim.ts';
import { findVolume } from './find.ts';
import { growBacking } from './grow-backing.ts';
import { idleEphemeral } from './idle-ephemeral.ts';
import type { IoLimiter } from './io-limiter.ts';
import { KeyedQueue } from './keyed-queue.ts';
import { within } from './layout.ts';
import { leaveLedger, takeLedger } from './ledger-file.ts';
import { Ledger } from './ledger.ts';
import type { Pool, PoolSettings } from './pool.ts';
import { recoverPool } from './recover.ts';
import { scanImages, type Scan } from './scan.ts';
import { thawIntents } from './thaw-intents.ts';
import { Trash } from './trash.ts';

/** Volumes named in one line of the log. */
const NAMED = 100;

export interface PoolDeps {
  readonly host: Host;
  readonly filesystems: FilesystemRegistry;
  /** See `Pool`. */
  readonly mountsDirectory: string;
  readonly mounter: Mounter;
  readonly ioLimiter: IoLimiter;
  readonly log: Logger;
}

/**
 * Opens a pool: mounts its backing filesystem, makes it a pool on the very first start, keeps other drivers out, ends
 * what a former run left unfinished and reads every record once. A backing file that is to be larger grows. `settings.path`
 * is absolute, without symlinks. Throws FailedPrecondition when a known pool is not there or another driver has it,
 * ResourceExhausted without room for a new backing file.
 */
export async function openPool(settings: PoolSettings, deps: PoolDeps): Promise<Pool> {
  const { backing } = settings;
  if (backing === undefined) return openMounted(settings, deps);
  await mountBacking({ ...settings, backing }, deps.host);
  try {
    return await openMounted(settings, deps);
  } catch (error) {
    // Stays when another driver is in it.
    await unmountBacking({ ...settings, backing }, deps.host);
    throw error;
  }
}

async function openMounted(settings: PoolSettings, deps: PoolDeps): Promise<Pool> {
  const claim = await claimPool(settings, deps.host);
  try {
    const { name, path, backing } = settings;
    const log = deps.log.child({ pool: name });
    // Before all else, whatever that comes to: somebody waits to write there.
    await thawIntents({ path, uuid: claim.identity.uuid, host: deps.host, log });
    // Not before the pool is known to be this driver's.
    if (backing !== undefined) await growBacking({ ...settings, backing }, deps.host, log);
    return await openClaimed(settings, deps, claim);
  } catch (error) {
    claim.release();
    throw error;
  }
}

async function openClaimed(settings: PoolSettings, deps: PoolDeps, { identity, release }: Claim): Promise<Pool> {
  const { name, path } = settings;
  const { uuid } = identity;
  const log = deps.log.child({ pool: name });
  const ledger = new Ledger();
  const parts = { path, uuid, host: deps.host, log, ledger };
  const trash = new Trash(parts);
  const blanks = new Blanks(parts);
  const locks = new KeyedQueue();

  await recoverPool({ ...parts, trash });
  await blanks.load();
  const scan = await countImages(settings, parts);
  for (const entry of scan.entries) ledger.put(entry);

  const reflink = await deps.host.images.canReflink(within(settings, 'staging'));
  const foreignBytes = await foreign(settings, deps.host, scan, identity.usedAtCreation);
  const close = async () => {
    // A call that was given up by the server may still be mounting: the next driver must not meet it.
    await locks.idle();
    await trash.settled();
    if (settings.backing !== undefined) await leaveCount(parts, scan);
    release();
    await unmount(settings, parts);
  };
  const { filesystems, mountsDirectory, mounter, ioLimiter } = deps;
  const pool: Pool = {
    ...parts,
    name,
    reflink,
    foreignBytes,
    settings,
    filesystems,
    mountsDirectory,
    mounter,
    ioLimiter,
    locks,
    blanks,
    trash,
    close,
  };
  const capacity = await poolCapacity(pool);
  log.info({ path, uuid, reflink, images: scan.entries.length, ...capacity }, 'pool is open');
  await reportIdle(pool);
  await ioLimiter.reconcile(pool, (id) => findVolume(pool, id));
  return pool;
}

/** At the start alone: later ones are the orchestrator's present business. */
async function reportIdle(pool: Pool): Promise<void> {
  const idle = await idleEphemeral(pool);
  if (idle.length === 0) return;
  const bytes = idle.reduce((sum, volume) => sum + volume.bytes, 0);
  const message = 'ephemeral volumes are here and not mounted; each is kept until its pod is unpublished';
  pool.log.warn({ count: idle.length, bytes, volumes: idle.slice(0, NAMED) }, message);
}

/** From the run before, where the records would have to be read from a filesystem that was just mounted. */
async function countImages(settings: PoolSettings, pool: Pick<Pool, 'path' | 'uuid' | 'host' | 'log'>): Promise<Scan> {
  const left = settings.backing === undefined ? undefined : await takeLedger(pool);
  return left === undefined ? scanImages(pool) : { ...left, allocated: 0 };
}

/** It only spares the next start some work, so a full or read-only pool closes without it. */
async function leaveCount(pool: Pick<Pool, 'path' | 'uuid' | 'host' | 'log' | 'ledger'>, scan: Scan): Promise<void> {
  try {
    await leaveLedger(pool, { entries: [...pool.ledger.entries()], unreadable: scan.unreadable });
  } catch (error) {
    pool.log.warn({ err: error }, 'the next start reads every record again');
  }
}

/** What XFS takes for itself of a size that was added later, above all for the reference counts of blocks: 0.71 %. */
const GROWN_METADATA_SHARE = 0.007;

/**
 * A backing filesystem has no strangers in it, and more metadata once it has grown. Elsewhere all that is not in our images
 * is theirs; blocks that images share are counted for each, so this is the least that others can have.
 */
async function foreign(settings: PoolSettings, host: Host, scan: Scan, usedAtCreation: number): Promise<number> {
  const { totalBytes, freeBytes } = await host.files.usage(settings.path);
  if (settings.backing !== undefined) {
    return Math.max(usedAtCreation, Math.ceil(totalBytes * GROWN_METADATA_SHARE)) + scan.unreadable;
  }
  return Math.max(0, totalBytes - freeBytes - scan.allocated);
}

async function unmount(settings: PoolSettings, { host, log }: Pick<Pool, 'host' | 'log'>): Promise<void> {
  if (settings.backing === undefined) return;
  const unmounted = await unmountBacking({ ...settings, backing: settings.backing }, host);
  if (!unmounted) log.info({ path: settings.path }, 'pool stays mounted: volumes in it are in use');
}
