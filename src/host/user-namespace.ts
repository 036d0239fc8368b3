import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, constants, openSync, writeFileSync } from 'node:fs';
import { messageOf, VolumeError } from '../domain/errors.ts';
import type { IdMapping } from './bind-mount.ts';

/** Each holds a descriptor. There are as many mappings as users whom volumes are shown as. */
const MOST_KEPT = 256;
const TIMEOUT_MS = 10_000;

const known = new Map<string, Promise<number>>();

/**
 * Descriptor of a user namespace (user_namespaces(7)) that maps one user and one group, made when it is first asked for,
 * and kept: use it before anything else is awaited. Throws FailedPrecondition when this node makes none.
 */
export async function userNamespace(mapping: IdMapping): Promise<number> {
  const { uid, gid, containerUid, containerGid } = mapping;
  const key = [uid, gid, containerUid, containerGid].join(':');
  const present = known.get(key);
  if (present !== undefined) return present;
  const making = makeNamespace(mapping);
  known.set(key, making);
  try {
    return await making;
  } catch (error) {
    known.delete(key);
    throw error;
  } finally {
    forgetOldest();
  }
}

function forgetOldest(): void {
  const [oldest] = known;
  if (known.size <= MOST_KEPT || oldest === undefined) return;
  known.delete(oldest[0]);
  void oldest[1].then((fd) => {
    // After all who have been waiting for it have used it, which they do in this turn of the event loop.
    setImmediate(() => {
      closeSync(fd);
    });
  });
}

/**
 * A namespace begins with a process, and a process with threads cannot enter one: so a child enters it, is held there
 * by its input until the maps are written from outside, and ends.
 */
async function makeNamespace({ uid, gid, containerUid, containerGid }: IdMapping): Promise<number> {
  const child = spawn('unshare', ['--user', 'cat'], {
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  try {
    await echoes(child);
    const proc = `/proc/${String(child.pid)}`;
    // To the kernel an id of the filesystem is one inside of the namespace, and what it shows as is one outside.
    writeFileSync(`${proc}/uid_map`, `${uid} ${containerUid} 1`);
    writeFileSync(`${proc}/gid_map`, `${gid} ${containerGid} 1`);
    return openSync(`${proc}/ns/user`, constants.O_RDONLY);
  } catch (error) {
    const message = `this node makes no user namespace, which showing files as another user's needs (sysctl user.max_user_namespaces): ${messageOf(error)}`;
    throw new VolumeError('FailedPrecondition', message, { cause: error });
  } finally {
    child.stdin.end();
    await ended;
  }
}

/** What comes back has been through the program that runs inside of the namespace. */
function echoes(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.stdout?.once('data', () => {
      resolve();
    });
    child.once('error', reject);
    child.once('close', (code) => {
      reject(new Error(said.trim() || `unshare ended with ${String(code)}`));
    });
    // A child that has ended reads nothing, and says why by itself.
    child.stdin?.on('error', () => undefined);
    child.stdin?.write('\n');
  });
}
