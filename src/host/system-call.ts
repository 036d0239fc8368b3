import koffi from 'koffi';
import { errnoName, systemError } from './errno.ts';
import type { Libc } from './libc.ts';

/** What a call answered, and the errno's name when that is -1. */
export interface Outcome {
  readonly result: number;
  readonly code: string;
}

/**
 * Calls that run or wait for a worker thread. Fewer than there are threads, so that node:fs always gets one; the rest
 * queue here, since the library refuses to queue more than 256 itself.
 */
const THREADS = Number(process.env['UV_THREADPOOL_SIZE'] ?? 4) || 4;
const MOST_IN_FLIGHT = Math.max(2, Math.min(128, Math.floor(THREADS * 0.75)));

let inFlight = 0;
const waiting: (() => void)[] = [];

/** Runs the call on a worker thread: for everything that can wait for a disk. */
export function callLater<Args extends unknown[]>(libc: Libc<Args>, ...args: Args): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const start = () => {
      inFlight++;
      startNow(libc, args, (error, outcome) => {
        inFlight--;
        waiting.shift()?.();
        if (error === undefined) resolve(outcome);
        else reject(error);
      });
    };
    if (inFlight < MOST_IN_FLIGHT) start();
    else waiting.push(start);
  });
}

/** As `callLater`, but ahead of all that waits: for a call that others may be waiting for. */
export function callUrgently<Args extends unknown[]>(libc: Libc<Args>, ...args: Args): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    startNow(libc, args, (error, outcome) => {
      if (error === undefined) resolve(outcome);
      else reject(error);
    });
  });
}

/** Runs the call in place: only for what answers in microseconds from memory. */
export function callNow<Args extends unknown[]>(libc: Libc<Args>, ...args: Args): Outcome {
  const result = libc(...args);
  return { result, code: result === -1 ? errnoName(koffi.errno()) : '' };
}

/** The result, or the HostError for it. `doing` says what was tried and names the paths. */
export function checked({ result, code }: Outcome, doing: () => string): number {
  if (result === -1) throw systemError(code, doing());
  return result;
}

function startNow<Args extends unknown[]>(
  libc: Libc<Args>,
  args: Args,
  done: (error: Error | undefined, outcome: Outcome) => void,
): void {
  libc.async(...args, (error: Error | null, result: number) => {
    // errno is the worker thread's only in here. `held` keeps the arguments reachable until now: the
    // library passes on the address of a Buffer without holding the Buffer.
    const code = result === -1 ? errnoName(koffi.errno()) : '';
    held.delete(args);
    done(error ?? undefined, { result, code });
  });
  held.add(args);
}

const held = new Set<unknown[]>();
