import { isHostError } from '../host/host-error.ts';
import type { Host } from '../host/host.ts';

/** Reading every block of a large image takes a while. */
const TIMEOUT_MS = 3_600_000;

/** Runs a checker that exits with 0 when all is well. Returns its last lines when it does not, else an empty text. */
export async function runCheck(host: Host, command: string, args: readonly string[]): Promise<string> {
  try {
    await host.run(command, args, { timeoutMs: TIMEOUT_MS });
    return '';
  } catch (error) {
    if (isHostError(error, 'EXIT')) return error.message;
    throw error;
  }
}
