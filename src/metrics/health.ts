import { probeSocket } from '../csi/identity/probe-socket.ts';
import type { Answer } from './http-server.ts';

export interface HealthOptions {
  /** The process's own CSI socket. */
  readonly socketPath: string;
  /** Why the process is as good as dead and only a restart helps. */
  readonly defects: () => Promise<readonly string[]>;
  /** Why the process cannot do all of its work now, beside what Probe says. */
  readonly problems: () => readonly string[];
  /** False until the CSI socket is this process's own: nothing can be asked there, and there is nothing wrong yet. */
  readonly isServing: () => boolean;
}

export interface Health {
  /** Whether the process should go on: it answers on its socket, whatever it answers. */
  readonly live: () => Promise<Answer>;
  /** Whether it can do all of its work. */
  readonly ready: () => Promise<Answer>;
}

/**
 * Liveness is about what a restart can mend, so neither a pool that is missing nor an API server that is away counts;
 * readiness is about the rest.
 */
export function health({ socketPath, isServing, defects, problems }: HealthOptions): Health {
  const starting = 'the CSI socket is not served yet';
  return {
    async live() {
      if (!isServing()) return { status: 200, body: `ok: ${starting}\n` };
      const probed = await probeSocket(socketPath);
      const wrong = [...(probed.isAlive ? [] : [probed.problem]), ...(await defects())];
      return wrong.length > 0 ? failed(wrong) : { status: 200, body: 'ok\n' };
    },
    async ready() {
      if (!isServing()) return failed([starting, ...problems()]);
      const { problem } = await probeSocket(socketPath);
      const wrong = [...(problem === undefined ? [] : [problem]), ...(await defects()), ...problems()];
      return wrong.length > 0 ? failed(wrong) : { status: 200, body: 'ok\n' };
    },
  };
}

function failed(wrong: readonly string[]): Answer {
  return { status: 503, body: wrong.map((line) => `${line}\n`).join('') };
}
