import { execFile, type ExecException } from 'node:child_process';
import { HostError } from './host-error.ts';
import type { RunOptions } from './host.ts';
import { lastLines } from './last-lines.ts';
import { runSession } from './run-session.ts';

const MOST_OUTPUT = 1024 * 1024;

/**
 * Runs a tool with an argument vector, never through a shell, and returns what it wrote to stdout. Throws HostError:
 * `ENOENT` when the tool is not installed, `ETIMEDOUT` when it was killed after `timeoutMs`, else `EXIT` with the last
 * lines it said. Of node:child_process, because execa takes 24 MiB of memory to be there.
 */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { timeoutMs = 0, secrets = [], session = false } = options;
  const env = { ...process.env, LC_ALL: 'C', ...options.env };
  const start = session ? runSession : runAttached;
  return start(command, args, { timeoutMs, secrets, env });
}

function runAttached(
  command: string,
  args: readonly string[],
  { timeoutMs, secrets, env }: { timeoutMs: number; secrets: readonly string[]; env: NodeJS.ProcessEnv },
): Promise<string> {
  const options = { timeout: timeoutMs, killSignal: 'SIGKILL' as const, maxBuffer: MOST_OUTPUT, env };
  return new Promise((resolve, reject) => {
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(failure(error, { command, timeoutMs, said: `${stdout}\n${stderr}`.trim(), secrets }));
    });
    child.stdin?.end();
  });
}

interface Failed {
  readonly command: string;
  readonly timeoutMs: number;
  readonly said: string;
  readonly secrets: readonly string[];
}

function failure(error: ExecException, { command, timeoutMs, said, secrets }: Failed): HostError {
  // What Node throws quotes all that the tool said.
  const cause = secrets.length === 0 ? { cause: error } : {};
  if (error.code === 'ENOENT') return new HostError('ENOENT', `${command} is not installed, or not in PATH`, cause);
  if (error.killed === true && timeoutMs > 0 && typeof error.code !== 'string') {
    return new HostError('ETIMEDOUT', `${command} was stopped after ${timeoutMs} ms`, cause);
  }
  const how = typeof error.code === 'number' ? `exit code ${error.code}` : (error.signal ?? error.code ?? 'unknown');
  const lines = lastLines(said, secrets) || lastLines(error.message, secrets);
  return new HostError('EXIT', `${command} failed (${how}): ${lines}`, cause);
}
