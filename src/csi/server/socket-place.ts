import { lstat, mkdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { VolumeError } from '../../domain/errors.ts';

export interface SocketPlace {
  readonly socketPath: string;
  readonly log: Logger;
  /** Wait for another server there to end, until this aborts; without it, another server is refused. */
  readonly waiting?: AbortSignal | undefined;
}

/** `sun_path` has 108 bytes, one of them for the NUL; a longer path would be cut short silently. */
const SOCKET_PATH_LIMIT = 107;

const LOOK_AGAIN_MS = 200;

/**
 * Makes the directory of a socket and takes away what a server that is gone has left there. Returns the absolute path.
 * Throws FailedPrecondition when another server answers or the path is something else, InvalidArgument when it is too
 * long, and the signal's reason when that ends the wait.
 */
export async function prepareSocketPlace({ socketPath, log, waiting }: SocketPlace): Promise<string> {
  const absolute = path.resolve(socketPath);
  if (Buffer.byteLength(absolute) > SOCKET_PATH_LIMIT) {
    throw new VolumeError(
      'InvalidArgument',
      `${absolute} is too long for a socket: at most ${SOCKET_PATH_LIMIT} bytes`,
    );
  }
  await mkdir(path.dirname(absolute), { recursive: true });
  if (waiting !== undefined) await untilUnanswered(absolute, log, waiting);
  await makeRoom(absolute);
  return absolute;
}

/**
 * A server that ends removes its socket before it stops to listen on it, so whoever comes next never loses its own. Asked
 * again and again: what would tell of its end, a connection kept open, would hold its orderly end up.
 */
async function untilUnanswered(socketPath: string, log: Logger, signal: AbortSignal): Promise<void> {
  let isWaiting = false;
  while (await isAnswered(socketPath)) {
    if (!isWaiting) log.warn({ socket: socketPath }, 'another server answers here, waiting for it to end');
    isWaiting = true;
    await delay(LOOK_AGAIN_MS, undefined, { signal });
  }
  signal.throwIfAborted();
  if (isWaiting) log.info({ socket: socketPath }, 'the other server has ended');
}

async function makeRoom(socketPath: string): Promise<void> {
  const present = await lstat(socketPath).catch(ignoreMissing);
  if (present === undefined) return;
  if (!present.isSocket()) {
    throw new VolumeError('FailedPrecondition', `${socketPath} exists and is not a socket; choose another path`);
  }
  if (await isAnswered(socketPath)) {
    throw new VolumeError(
      'FailedPrecondition',
      `another server answers at ${socketPath}; stop it or choose another path`,
    );
  }
  await rm(socketPath, { force: true });
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

/** EAGAIN: somebody listens who has not got round to those that came before. */
function isAnswered(socketPath: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') resolve(false);
      else if (error.code === 'EAGAIN') resolve(true);
      else reject(error);
    });
  });
}
