import { isIdOfVolume } from '../../domain/ids.ts';
import type { NodeDeps } from './deps.ts';

/**
 * Runs `work` when no other work on this volume is under way, the agent's included. Takes the volume's lock in every
 * pool, in one order, since which pool has it is for `work` to find, and a volume whose record is lost is in none.
 * Throws Cancelled when `signal` aborts before `work` has begun.
 */
export function withVolumeLock<T>(
  { pools, directories }: Pick<NodeDeps, 'pools' | 'directories'>,
  id: string,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const locked = pools.all().reduceRight(
    (inner, { locks }) =>
      () =>
        locks.run(id, signal, inner),
    work,
  );
  // A managed volume is in no pool, and which pools are open may change.
  return directories.managed.locks.run(id, signal, locked);
}

/** As `withVolumeLock`, for work that mounts or unmounts: afterwards, however it ended, `onUsageChanged` is told. */
export async function changingUsage<T>(
  deps: NodeDeps,
  id: string,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await withVolumeLock(deps, id, signal, work);
  } finally {
    if (isIdOfVolume(id)) deps.onUsageChanged?.(id);
  }
}
