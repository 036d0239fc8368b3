import type { ChildProcess } from 'node:child_process';
import { fromNode, nodeErrorCode } from './errno.ts';
import { HostError } from './host-error.ts';

/** SIGKILL for a process that leads its group, and for all that it has started. Gone already is fine. */
export function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (nodeErrorCode(error) !== 'ESRCH') throw error;
  }
}

/** Why a program could not be started, as an error to throw. */
export function notStarted(error: Error, command: string): Error {
  if (nodeErrorCode(error) !== 'ENOENT') return fromNode(error, `start ${command}`);
  return new HostError('ENOENT', `${command} is not installed, or not in PATH`);
}
