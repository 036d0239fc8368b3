import { messageOf, VolumeError } from '../domain/errors.ts';
import { HostError, isHostError } from '../host/host-error.ts';
import type { LoopDevice } from '../host/host.ts';
import { imageUsage, type ImageUsage } from './image-usage.ts';
import { within } from './layout.ts';
import type { Pool } from './pool.ts';
import { allOf } from './thaw-intents.ts';

/** A device that can be written to, without a mounted filesystem on it. */
interface RawDevice {
  readonly volumeId: string;
  readonly path: string;
}

/** A filesystem that is frozen this long is thawed, and the copy fails: its users have waited long enough. */
export const FREEZE_DEADLINE_MS = 30_000;

/**
 * Runs `cut` while nothing is written to these volumes: mounted filesystems are frozen. Raw devices are flushed, and `cut`
 * is told of those that can be written to, since nothing freezes them. The locks on the volumes must be held. `intent` is
 * the id that the note in `freezing/` is named after: should the process die, the next start thaws what the note lists.
 * Throws FailedPrecondition when somebody else has frozen one of them, or when the pool cannot reflink and one is
 * attached read-write; Aborted when the deadline has passed, and what was cut is then useless.
 */
export async function cutVolumes<T>(
  pool: Pool,
  intent: string,
  ids: readonly string[],
  cut: (raw: readonly RawDevice[]) => Promise<T>,
  deadlineMs: number = FREEZE_DEADLINE_MS,
): Promise<T> {
  const usages = await Promise.all(ids.map((id) => imageUsage(pool, id)));
  const writable = usages.flatMap(({ loops }) => loops).filter(({ device }) => !device.readOnly);
  if (!pool.reflink && writable.length > 0) {
    const devices = writable.map(({ device }) => device.path).join(', ');
    const message = `pool ${pool.name} cannot copy a volume that is attached read-write (${devices}): its filesystem has no reflink. Detach it first, or use a pool on XFS or btrfs`;
    throw new VolumeError('FailedPrecondition', message);
  }
  const targets = usages.flatMap(freezeTargets);
  // Raw devices have nothing to freeze; this brings to the image what was written to them.
  const raw = usages.flatMap((usage, index) => rawDevices(usage, ids[index] ?? ''));
  await Promise.all(raw.map(({ path }) => pool.host.loops.flush(path)));
  return targets.length === 0 ? cut(raw) : cutFrozen(pool, { intent, ids, targets, deadlineMs }, () => cut(raw));
}

/** One mount of each filesystem that can be written: all mounts of it share the superblock that freezes. */
function freezeTargets(usage: ImageUsage): readonly string[] {
  return usage.loops.flatMap(({ device }) => (device.readOnly ? [] : (filesystemTarget(usage, device) ?? [])));
}

/** Devices that can be written, and carry no mounted filesystem. */
function rawDevices(usage: ImageUsage, volumeId: string): readonly RawDevice[] {
  const raw = usage.loops.filter(({ device }) => !device.readOnly && filesystemTarget(usage, device) === undefined);
  return raw.map(({ device: { path } }) => ({ volumeId, path }));
}

function filesystemTarget({ mounts }: ImageUsage, { number }: LoopDevice): string | undefined {
  return mounts.find((mount) => mount.kind === 'filesystem' && mount.device.number === number)?.target;
}

interface Freeze {
  readonly intent: string;
  readonly ids: readonly string[];
  readonly targets: readonly string[];
  readonly deadlineMs: number;
}

async function cutFrozen<T>(pool: Pool, freeze: Freeze, cut: () => Promise<T>): Promise<T> {
  // A freeze writes out what there is, and holds up writers of all of them meanwhile: little is left for it now.
  await Promise.all(freeze.targets.map((target) => pool.host.mounts.writeOut(target)));
  const note = await writeIntent(pool, freeze);
  const frozen = new Set<string>();
  const deadline = { passed: false };
  const timer = setTimeout(() => {
    deadline.passed = true;
    pool.log.error({ targets: [...frozen] }, 'snapshot takes too long, thawing');
    thawAll(pool, frozen).catch((error: unknown) => {
      pool.log.error({ err: error }, 'thaw at the deadline failed');
    });
  }, freeze.deadlineMs);
  try {
    await freezeAll(pool, freeze.targets, frozen);
    // What froze after the deadline has nobody to thaw it while it is cut.
    refuseIfPassed(deadline, freeze);
    const result = await cut();
    // Writes may have come between the thaw and the end of the copy.
    refuseIfPassed(deadline, freeze);
    return result;
  } finally {
    clearTimeout(timer);
    await thawAll(pool, frozen);
    await pool.host.files.remove(note);
  }
}

function refuseIfPassed({ passed }: { readonly passed: boolean }, { deadlineMs }: Freeze): void {
  if (passed)
    throw new VolumeError('Aborted', `the copy took longer than ${deadlineMs} ms and was given up: try again`);
}

async function writeIntent(pool: Pool, { intent, ids }: Freeze): Promise<string> {
  const note = within(pool, 'freezing', intent);
  await pool.host.files.write(note, ids.join('\n'));
  return note;
}

/** Adds to `frozen` what is; throws when one could not be, after all have been tried. */
async function freezeAll(pool: Pool, targets: readonly string[], frozen: Set<string>): Promise<void> {
  const attempts = await Promise.allSettled(
    targets.map(async (target) => {
      await pool.host.mounts.freeze(target);
      frozen.add(target);
    }),
  );
  const failed = attempts.find((attempt) => attempt.status === 'rejected');
  if (failed === undefined) return;
  if (!(failed.reason instanceof HostError)) throw failed.reason;
  const why = isHostError(failed.reason, 'EBUSY')
    ? 'it is frozen already, by somebody else'
    : isHostError(failed.reason, 'EOPNOTSUPP', 'ENOTCONN')
      ? 'a program serves it, and what that has not written yet would be missing: unstage the volume first'
      : messageOf(failed.reason);
  throw new VolumeError('FailedPrecondition', `the filesystem cannot be frozen for a copy: ${why}`, {
    cause: failed.reason,
  });
}

async function thawAll(pool: Pool, targets: Iterable<string>): Promise<void> {
  await allOf([...targets].map((target) => pool.host.mounts.thaw(target)));
}
