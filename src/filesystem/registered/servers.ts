import { setTimeout as delay } from 'node:timers/promises';
import { VolumeError } from '../../domain/errors.ts';
import { SERVER } from '../../host/mount-servers.ts';
import { killProcess, processesMarked } from '../../host/processes.ts';

const PAUSE_MS = 20;

/** Milliseconds that a process may take to end once it was killed. */
const KILL_MS = 5_000;

/** In the environment of a mount hook and of all that it starts: by it they are found again, whoever started them. */
export function serverMark(target: string): Readonly<Record<string, string>> {
  return { [SERVER]: target };
}

/** The same for the other hooks of the volume that is, or will be, mounted there. */
export function hookMark(target: string): Readonly<Record<string, string>> {
  return { [HOOK]: target };
}

const HOOK = 'TOME_HOOK_OF';

/**
 * Waits for the processes to end that served a mount which is there no more: what is still to be written is, by then.
 * Throws FailedPrecondition naming those that stay.
 */
export function untilServersEnd(target: string, timeoutMs: number): Promise<void> {
  const what = `nothing is mounted at ${target} any more, but what served it`;
  return untilEnded(`${SERVER}=${target}`, what, timeoutMs);
}

/** Kills what is left of those that served a mount which is dead, or which has not come about. */
export async function endServers(target: string): Promise<void> {
  await end(`${SERVER}=${target}`, `what served ${target}, and was killed,`);
}

/** Kills what a driver that ended in the midst of a hook has left running. */
export async function endHooks(target: string): Promise<void> {
  await end(`${HOOK}=${target}`, `an older hook of the volume for ${target}, which was killed,`);
}

async function end(mark: string, what: string): Promise<void> {
  for (const left of processesMarked(mark)) killProcess(left);
  await untilEnded(mark, what, KILL_MS);
}

async function untilEnded(mark: string, what: string, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  let left = processesMarked(mark);
  while (left.length > 0) {
    if (performance.now() >= deadline) {
      const names = left.map(({ pid, command }) => `${pid} (${command})`).join(', ');
      const message = `${what} has not ended after ${timeoutMs} ms: process ${names}; wait for it, or end it by hand`;
      throw new VolumeError('FailedPrecondition', message);
    }
    await delay(PAUSE_MS);
    left = processesMarked(mark, left);
    // They may have started others.
    if (left.length === 0) left = processesMarked(mark);
  }
}
