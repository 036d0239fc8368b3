import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HostError } from './host-error.ts';
import { lastLines } from './last-lines.ts';
import { killGroup, notStarted } from './process-group.ts';

/** Of what a program printed, this much at the end is read. */
const MOST_OUTPUT = 1024 * 1024;

interface Session {
  readonly timeoutMs: number;
  readonly secrets: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Runs a program that may leave a daemon behind: in a session of its own, which no signal to this process reaches, with
 * its output in files that have no name. A daemon that keeps them open holds up nobody, and may write to them when this
 * process is gone. Resolves with what is in stdout when the program itself has exited. When it fails, or at the timeout,
 * all that is still in its process group is killed. Throws HostError, as `run`.
 */
export async function runSession(command: string, args: readonly string[], session: Session): Promise<string> {
  const stdout = openNameless();
  const stderr = openNameless();
  try {
    const child = spawn(command, args, { detached: true, stdio: ['ignore', stdout, stderr], env: session.env });
    const end = await ended(child, session.timeoutMs);
    if (end.kind === 'exited' && end.code === 0) return readEnd(stdout);
    killGroup(child);
    const said = lastLines(`${readEnd(stdout)}\n${readEnd(stderr)}`, session.secrets);
    throw failure(command, end, session.timeoutMs, said);
  } finally {
    closeSync(stdout);
    closeSync(stderr);
  }
}

type End =
  | { readonly kind: 'exited'; readonly code: number | null; readonly signal: NodeJS.Signals | null }
  | { readonly kind: 'late' }
  | { readonly kind: 'not-started'; readonly error: Error };

function ended(child: ChildProcess, timeoutMs: number): Promise<End> {
  return new Promise((resolve) => {
    const timer = timeoutMs > 0 ? setTimeout(resolve, timeoutMs, { kind: 'late' }) : undefined;
    const done = (end: End) => {
      clearTimeout(timer);
      resolve(end);
    };
    child.on('error', (error) => {
      done({ kind: 'not-started', error });
    });
    child.on('exit', (code, signal) => {
      done({ kind: 'exited', code, signal });
    });
  });
}

function failure(command: string, end: End, timeoutMs: number, said: string): Error {
  const words = said === '' ? '' : `: ${said}`;
  if (end.kind === 'late') return new HostError('ETIMEDOUT', `${command} was stopped after ${timeoutMs} ms${words}`);
  if (end.kind === 'exited') {
    const how = end.code === null ? String(end.signal) : `exit code ${end.code}`;
    return new HostError('EXIT', `${command} failed (${how})${words || ': it printed nothing'}`);
  }
  return notStarted(end.error, command);
}

/** O_APPEND: whoever inherits it writes behind what others wrote. */
function openNameless(): number {
  const path = join(tmpdir(), `tome-${randomUUID()}`);
  const fd = openSync(path, 'ax+', 0o600);
  unlinkSync(path);
  return fd;
}

function readEnd(fd: number): string {
  const { size } = fstatSync(fd);
  const start = Math.max(0, size - MOST_OUTPUT);
  const buffer = Buffer.alloc(size - start);
  const length = buffer.length === 0 ? 0 : readSync(fd, buffer, 0, buffer.length, start);
  return buffer.toString('utf8', 0, length);
}
