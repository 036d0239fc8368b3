import { messageOf } from '../domain/errors.ts';
import { lastLines } from '../host/last-lines.ts';
import type { MountPodDeps } from './deps.ts';

const LINES = 20;

/** The last lines that the program of a pod has written, to follow an error's message; without the values of its environment. */
export async function saidBy(
  { client, log }: Pick<MountPodDeps, 'client' | 'log'>,
  name: string,
  env: Readonly<Record<string, string>>,
): Promise<string> {
  try {
    const lines = lastLines(await client.log(name, LINES), Object.values(env));
    return lines === '' ? '' : `: ${lines}`;
  } catch (error) {
    // What it was asked for is an error already, and this one would hide it.
    log.warn({ pod: name, error: messageOf(error) }, 'the log of a pod cannot be read');
    return '';
  }
}
