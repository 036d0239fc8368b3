import { execFile, type ExecException } from 'node:child_process';
import { HostError } from './host-error.ts';

const MOST_OUTPUT = 1024 * 1024;
const LINES_SHOWN = 5;

/**
 * Runs a tool with an argument vector, never through a shell, and returns what it wrote to stdout. Throws HostError:
 * `ENOENT` when the tool is not installed, `ETIMEDOUT` when it was killed after `timeoutMs`, else `EXIT` with the last
 * lines it said. Of node:child_process, because execa takes 24 MiB of memory to be there.
 */
export function run(
  command: string,
  args: readonly string[],
  { timeoutMs = 0 }: { timeoutMs?: number } = {},
): Promise<string> {
  const options = {
    timeout: timeoutMs,
    killSignal: 'SIGKILL' as const,
    maxBuffer: MOST_OUTPUT,
    env: { ...process.env, LC_ALL: 'C' },
  };
  return new Promise((resolve, reject) => {
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(failure(error, { command, timeoutMs, said: `${stdout}\n${stderr}`.trim() }));
    });
    child.stdin?.end();
  });
}

function failure(error: ExecException, run: { command: string; timeoutMs: number; said: string }): HostError {
  const { command, timeoutMs, said } = run;
  const cause = { cause: error };
  if (error.code === 'ENOENT') return new HostError('ENOENT', `${command} is not installed, or not in PATH`, cause);
  if (error.killed === true && timeoutMs > 0 && typeof error.code !== 'string') {
    return new HostError('ETIMEDOUT', `${command} was stopped after ${timeoutMs} ms`, cause);
  }
  const how = typeof error.code === 'number' ? `exit code ${error.code}` : (error.signal ?? error.code ?? 'unknown');
  const lines = said.split('\n').slice(-LINES_SHOWN).join('; ');
  return new HostError('EXIT', `${command} failed (${how}): ${lines || error.message}`, cause);
}
