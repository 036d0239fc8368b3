import { status } from '@grpc/grpc-js';
import { messageOf } from '../../domain/errors.ts';
import { connectSocket } from '../server/client.ts';

/** Milliseconds. Together less than what a liveness probe should be given. */
const PROBE_MS = 3_000;
const SIGN_MS = 1_000;

export type Probed =
  | { readonly isAlive: true; readonly problem: string | undefined }
  | { readonly isAlive: false; readonly problem: string };

/**
 * Asks Probe on a socket, over a connection of its own, as an orchestrator would. Whoever answers is alive, ready or not;
 * and so is who is too busy with a disk that hangs to answer Probe, but still says its name.
 */
export async function probeSocket(socketPath: string): Promise<Probed> {
  const connection = connectSocket(socketPath);
  const identity = connection.service('csi.v1.Identity');
  try {
    await identity.probe({}, { timeout: PROBE_MS });
    return { isAlive: true, problem: undefined };
  } catch (error) {
    if (codeOf(error) === status.FAILED_PRECONDITION) return { isAlive: true, problem: detailsOf(error) };
    const problem = `Probe on ${socketPath} failed: ${detailsOf(error)}`;
    const isAlive = await identity.getPluginInfo({}, { timeout: SIGN_MS }).then(
      () => true,
      () => false,
    );
    return { isAlive, problem };
  } finally {
    connection.close();
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function detailsOf(error: unknown): string {
  return error instanceof Error && 'details' in error ? String(error.details) : messageOf(error);
}
