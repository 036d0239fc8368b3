import { execa } from 'execa';
import { HostError } from './host-error.ts';

const MOST_OUTPUT = 1024 * 1024;
const LINES_SHOWN = 5;

/**
 * Runs a tool with an argument vector, never through a shell, and returns its output. Throws HostError: `ENOENT` when
 * the tool is not installed, `ETIMEDOUT` when it was stopped after `timeoutMs`, else `EXIT` with the last lines it said.
 */
export async function run(
  command: string,
  args: readonly string[],
  { timeoutMs = 0 }: { timeoutMs?: number } = {},
): Promise<string> {
  const result = await execa(command, args, {
    stdin: 'ignore',
    reject: false,
    timeout: timeoutMs,
    maxBuffer: MOST_OUTPUT,
    env: { LC_ALL: 'C' },
  });
  if (!result.failed) return result.stdout;
  if (result.code === 'ENOENT') throw new HostError('ENOENT', `${command} is not installed, or not in PATH`);
  if (result.timedOut) throw new HostError('ETIMEDOUT', `${command} was stopped after ${timeoutMs} ms`);
  const said = lastLines(result.stderr || result.stdout) || result.shortMessage;
  const how = result.signal === undefined ? `exit code ${result.exitCode ?? -1}` : result.signal;
  throw new HostError('EXIT', `${command} failed (${how}): ${said}`);
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-LINES_SHOWN).join('; ');
}
