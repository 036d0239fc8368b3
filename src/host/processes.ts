import { readdirSync, readFileSync } from 'node:fs';
import { fromNode, nodeErrorCode } from './errno.ts';

export interface MarkedProcess {
  readonly pid: number;
  /** Its argument vector, as ps(1) shows it. */
  readonly command: string;
}

/**
 * Processes that were started with this variable in their environment, or by one that was: `NAME=value`. One that has
 * ended and that nobody has asked about yet (a zombie) is none. Read from memory, so it never waits; but there may be
 * thousands, so whoever asks again and again asks `among` those that he knows.
 */
export function processesMarked(mark: string, among?: readonly MarkedProcess[]): readonly MarkedProcess[] {
  const pids = among?.map(({ pid }) => pid) ?? running();
  return pids.flatMap((pid) => {
    if (!readOf(pid, 'environ').split('\0').includes(mark)) return [];
    return [{ pid, command: readOf(pid, 'cmdline').replaceAll('\0', ' ').trim() }];
  });
}

function running(): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Empty for a process that is gone, or that this one may not look into: it is none that this one has started. */
function readOf(pid: number, file: 'environ' | 'cmdline'): string {
  const path = `/proc/${pid}/${file}`;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(nodeErrorCode(error) ?? '')) return '';
    throw fromNode(error, `read ${path}`);
  }
}

/** SIGKILL; one that is gone already is fine. */
export function killProcess({ pid }: Pick<MarkedProcess, 'pid'>): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (nodeErrorCode(error) !== 'ESRCH') throw fromNode(error, `kill process ${pid}`);
  }
}
