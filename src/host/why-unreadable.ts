import { setTimeout as delay } from 'node:timers/promises';
import type { Host } from './host.ts';
import { HostError } from './host-error.ts';

/** Milliseconds that a filesystem may take to say how full it is. */
const PATIENCE_MS = 5_000;

/** Looks that have not ended, by mount point. Each holds a thread, so there is one for a mount that does not answer. */
const underWay = new Map<string, Promise<Error | undefined>>();

/** Why statfs(2) fails at a mount point: ETIMEDOUT when it takes too long. Undefined when it is well. */
export async function whyUnreadable({ files }: Pick<Host, 'files'>, target: string): Promise<Error | undefined> {
  const look = underWay.get(target) ?? begin(files, target);
  const waiting = new AbortController();
  const late = delay(PATIENCE_MS, new HostError('ETIMEDOUT', `${target} does not answer`), { signal: waiting.signal });
  late.catch(() => undefined);
  try {
    return await Promise.race([look, late]);
  } finally {
    waiting.abort();
  }
}

function begin(files: Host['files'], target: string): Promise<Error | undefined> {
  const look = files
    .usage(target)
    .then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
    )
    .finally(() => underWay.delete(target));
  underWay.set(target, look);
  return look;
}
