import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { HostError } from './host-error.ts';
import { lastLines } from './last-lines.ts';
import { killGroup, notStarted } from './process-group.ts';

/** Of what a tool says, this many characters at the end are kept for its error. */
const MOST_SAID = 64 * 1024;

export interface ToolOptions {
  /** Laid over this process's environment. In no error. */
  readonly env?: Readonly<Record<string, string>>;
  /** Texts that must be in no error, should the tool print them. */
  readonly secrets?: readonly string[];
  /** Told what the tool writes to stderr as it does. */
  readonly onSaid?: (text: string) => void;
  /** Kills it, and all that it has started. */
  readonly signal?: AbortSignal;
}

/** A tool that runs. */
export interface Tool {
  readonly stdin: Writable;
  /** Must be read, or the tool waits. */
  readonly stdout: Readable;
  /** Resolves when it has ended well and nobody has its output open any more. Throws HostError, as `run` does. */
  readonly ended: Promise<void>;
  /** SIGKILL for it and all that it has started; `ended` tells when they are gone. */
  stop(): void;
}

/**
 * Starts a tool that reads or writes a stream, with an argument vector and never through a shell, in a process group of
 * its own: what it starts ends with it.
 */
export function startTool(command: string, args: readonly string[], options: ToolOptions = {}): Tool {
  const { secrets = [], onSaid, signal } = options;
  const env = { ...process.env, LC_ALL: 'C', ...options.env };
  const child = spawn(command, args, { detached: true, stdio: ['pipe', 'pipe', 'pipe'], env });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(-MOST_SAID);
    onSaid?.(text);
  });
  const stop = (): void => {
    killGroup(child);
  };
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', (error) => {
      reject(notStarted(error, command));
    });
    child.once('close', (code, killedBy) => {
      signal?.removeEventListener('abort', stop);
      if (code === 0) resolve();
      else reject(new HostError('EXIT', failure(command, code ?? killedBy, lastLines(said, secrets))));
    });
  });
  // Whoever awaits it later is told all the same.
  ended.catch(() => undefined);
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  return { stdin: child.stdin, stdout: child.stdout, ended, stop };
}

function failure(command: string, how: number | string | null, said: string): string {
  return `${command} failed (${typeof how === 'number' ? `exit code ${how}` : String(how)}): ${said || 'it said nothing'}`;
}
