import type { NodeDeps } from './deps.ts';

/**
 * Runs `work` when no other work on this volume is under way, the agent's included. Takes the volume's lock in every
 * pool, in one order, since which pool has it is for `work` to find, and a volume whose record is lost is in none.
 * Throws Cancelled when `signal` aborts before `work` has begun.
 */
export function withVolumeLock<T>(
  { pools }: NodeDeps,
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
  return locked();
}

/** Waits for both. What went wrong with the first one is told first, as if the second had come after it. */
export async function besides<T>(first: Promise<unknown>, second: Promise<T>): Promise<T> {
  const [one, two] = await Promise.allSettled([first, second]);
  if (one.status === 'rejected') throw one.reason;
  if (two.status === 'rejected') throw two.reason;
  return two.value;
}
