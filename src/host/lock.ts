import { constants, fstatSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { VolumeError } from '../domain/errors.ts';
import { openFile, type Descriptor } from './descriptor.ts';
import { flock } from './libc.ts';
import { stat } from './stat.ts';
import { callNow, checked } from './system-call.ts';

const LOCK_EX = 2;
const LOCK_NB = 4;
const PAUSE_MS = 25;

/**
 * flock(2) LOCK_EX of an existing file, held until `release` or the end of the process; the kernel lets go of it even
 * after SIGKILL. Waits up to `waitMs`, then throws FailedPrecondition.
 */
export async function lock(path: string, waitMs: number): Promise<{ readonly release: () => void }> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    const file = await tryLock(path);
    if (file !== undefined) return { release: file.close };
    const left = deadline - performance.now();
    if (left <= 0) {
      throw new VolumeError(
        'FailedPrecondition',
        `${path} is locked by another process: stop the other driver that uses it, or wait for it to end`,
      );
    }
    await delay(Math.min(PAUSE_MS, left));
  }
}

/** Asks without waiting: a flock that waits would keep a worker thread from everything else. */
async function tryLock(path: string): Promise<Descriptor | undefined> {
  const file = await openFile(path, constants.O_RDWR, () => `lock ${path}`);
  try {
    const outcome = callNow(flock, file.fd, LOCK_EX | LOCK_NB);
    if (outcome.code !== 'EAGAIN') {
      checked(outcome, () => `lock ${path}`);
      if (await isStillAt(path, file)) return file;
    }
  } catch (error) {
    file.close();
    throw error;
  }
  file.close();
  return undefined;
}

/** The file may have been replaced between open and lock; then the lock keeps nobody out. */
async function isStillAt(path: string, file: Descriptor): Promise<boolean> {
  const named = await stat(path);
  const locked = fstatSync(file.fd);
  return named?.inode === locked.ino && named.device === locked.dev;
}
