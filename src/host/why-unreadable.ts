import { setTimeout as delay } from 'node:timers/promises';
import type { Host } from './host.ts';
import { HostError } from './host-error.ts';
import { serversOf } from './mount-servers.ts';

/** Milliseconds that a filesystem may take to say how full it is. */
const PATIENCE_MS = 5_000;

interface Look {
  readonly failure: Promise<Error | undefined>;
  /** When patience is at an end, by performance.now(). */
  readonly end: number;
}

/** Looks that have not ended, by where. Each holds a thread, so there is one for a filesystem that does not answer. */
const underWay = new Map<string, Look>();

/**
 * Why statfs(2) fails at a mount point: ETIMEDOUT, naming who serves it, when it takes too long, and at once while it still
 * does. Undefined when it is well.
 */
export async function whyUnreadable(host: Pick<Host, 'files' | 'mounts'>, target: string): Promise<Error | undefined> {
  const place = await placeToAsk(host, target);
  const look = underWay.get(place) ?? begin(host.files, place);
  const waiting = new AbortController();
  const left = Math.max(0, look.end - performance.now());
  const late = delay(left, 'late' as const, { signal: waiting.signal });
  late.catch(() => undefined);
  try {
    const outcome = await Promise.race([look.failure, late]);
    return outcome === 'late' ? new HostError('ETIMEDOUT', `${target} does not answer: ${whatToDo(place)}`) : outcome;
  } finally {
    waiting.abort();
  }
}

function whatToDo(place: string): string {
  const servers = serversOf(place);
  if (servers.length === 0) return 'see to what serves it, and end that if it does not recover';
  const them = servers.length === 1 ? 'it' : 'them';
  return `it is served by ${servers.join(', ')}: end ${them} if it does not recover, then try again`;
}

/**
 * The oldest mount of the same filesystem: a look that does not end keeps the mount busy at which it is asked, so that a bind
 * mount could not be unmounted any more.
 */
async function placeToAsk({ mounts }: Pick<Host, 'mounts'>, target: string): Promise<string> {
  const own = await mounts.find(target);
  const oldest = own && (await mounts.list()).find(({ deviceNumber }) => deviceNumber === own.deviceNumber);
  if (oldest === undefined || oldest.target === target) return target;
  const isOnTop = (await mounts.find(oldest.target))?.id === oldest.id;
  return isOnTop ? oldest.target : target;
}

function begin(files: Host['files'], target: string): Look {
  const failure = files
    .usage(target)
    .then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
    )
    .finally(() => underWay.delete(target));
  const look = { failure, end: performance.now() + PATIENCE_MS };
  underWay.set(target, look);
  return look;
}
