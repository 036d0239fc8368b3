import { setTimeout as delay } from 'node:timers/promises';
import { VolumeError } from '../../domain/errors.ts';
import { killProcess, processesMarked } from '../../host/processes.ts';

const PAUSE_MS = 20;

/** Milliseconds that a process may take to end once it was killed. */
const KILL_MS = 5_000;

/** In the environment of a mount hook and of all that it starts: by it they are found again, whoever started them. */
export function serverMark(target: string): Readonly<Record<string, string>> {
  return { [VARIABLE]: target };
}

const VARIABLE = 'TOME_MOUNT';

/**
 * Waits for the processes to end that served a mount which is there no more: what is still to be written is, by then.
 * Throws FailedPrecondition naming those that stay.
 */
export async function untilServersEnd(target: string, timeoutMs: number): Promise<void> {
  const end = performance.now() + timeoutMs;
  for (let left = serversOf(target); left.length > 0; left = serversOf(target)) {
    if (performance.now() >= end) {
      const names = left.map(({ pid, command }) => `${pid} (${command})`).join(', ');
      const message = `nothing is mounted at ${target} any more, but what served it has not ended after ${timeoutMs} ms: process ${names}; wait for it, or end it by hand`;
      throw new VolumeError('FailedPrecondition', message);
    }
    await delay(PAUSE_MS);
  }
}

/** Kills what is left of those that served a mount which is dead, or which has not come about. */
export async function endServers(target: string): Promise<void> {
  for (const server of serversOf(target)) killProcess(server);
  await untilServersEnd(target, KILL_MS);
}

function serversOf(target: string): ReturnType<typeof processesMarked> {
  return processesMarked(`${VARIABLE}=${target}`);
}
