import { pino, type Logger } from 'pino';
import type { StandaloneConfig } from './config.ts';

/** What a mode has started. */
export interface Running {
  /** Rejects when it cannot go on. */
  readonly failed?: Promise<never>;
  /** Ends it in order. */
  close(): Promise<void>;
}

/** Milliseconds for an orderly end: less than the 30 s after which Kubernetes ends a pod that was told to stop. */
const CLOSE_LIMIT_MS = 25_000;

/** The log of this process, on stderr, one JSON object in a line. */
export function processLog(level: StandaloneConfig['logLevel']): Logger {
  const log = pino({ level, base: null }, pino.destination({ dest: 2, sync: false }));
  surviveStrayErrors(log);
  return log;
}

/**
 * Starts a mode of the program and ends it at SIGINT or SIGTERM, which may come while it starts. What takes too long to
 * end is cut off, as a crash would, which everything on disk is made for. Throws why the mode cannot go on.
 */
export async function runUntilStopped(start: () => Promise<Running>, log: Logger): Promise<void> {
  const stopped = stopSignal();
  const running = await start();
  // What the start alone needed: 4 MiB that an idle server would keep for ever.
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  try {
    const signal = await Promise.race([stopped, ...(running.failed === undefined ? [] : [running.failed])]);
    log.info({ signal }, 'stopping');
  } finally {
    setTimeout(() => {
      log.warn('what is under way takes too long; it is cut off, and the next start goes on from there');
      process.exit(1);
    }, CLOSE_LIMIT_MS).unref();
    await running.close();
    // What waits for a pool that another driver has would keep the process. Not before the caller has set the exit code.
    setImmediate(() => process.exit());
  }
}

/** Who is stopped through a terminal and by its parent gets two signals for one. */
const TWICE_MS = 2_000;

/** The first of them; one that comes later than a moment after it ends the process at once. */
function stopSignal(): Promise<NodeJS.Signals> {
  let first: number | undefined;
  return new Promise((resolve) => {
    const stop = (signal: NodeJS.Signals) => {
      first ??= performance.now();
      if (performance.now() - first > TWICE_MS) process.exit(1);
      resolve(signal);
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
}

/** A defect in one call must not take the others down with it; it is loud in the log. */
function surviveStrayErrors(log: Logger): void {
  process.on('unhandledRejection', (error) => {
    log.error({ err: error }, 'unhandled rejection');
  });
}
