import { lstat } from 'node:fs/promises';
import type { Logger } from 'pino';
import { messageOf } from '../../domain/errors.ts';
import { serveSocket, type RunningServer } from '../server/serve.ts';
import { registrationService } from './service.ts';

export interface RegistrationOptions {
  readonly driverName: string;
  /** Absolute path of the CSI socket, as the kubelet sees it. */
  readonly endpoint: string;
  /** In the directory that the kubelet watches. */
  readonly socketPath: string;
  readonly log: Logger;
  /** Milliseconds after the first refusal until the driver is offered anew; doubled up to a minute. */
  readonly retryMs?: number;
}

const RETRY_MS = 10_000;
const LONGEST_MS = 60_000;

/**
 * Offers the driver to the kubelet, which finds the socket, asks for the driver's name and says whether it took it. When
 * it did not, the driver is offered anew after a while, with a new socket: kubelets come back to a socket they have
 * refused sooner, later or never, depending on their version. The process goes on meanwhile. The kubelet refuses every
 * driver while it cannot reach the API server, and to end then would take the node's other work down for as long.
 */
export class KubeletRegistration {
  readonly #options: RegistrationOptions;
  readonly #stopping = new AbortController();
  #server: RunningServer | undefined;
  #problem: string | undefined = 'the kubelet has not asked for the driver yet';
  #retryMs: number;
  #retry: NodeJS.Timeout | undefined;

  constructor(options: RegistrationOptions) {
    this.#options = options;
    this.#retryMs = options.retryMs ?? RETRY_MS;
  }

  /** Why the driver is not registered; undefined when it is. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Serves the registration, once a former driver's has ended. Throws as `serveSocket`. */
  async offer(): Promise<void> {
    const { socketPath, log } = this.#options;
    const service = registrationService({
      ...this.#options,
      onDecision: (problem) => {
        this.#decided(problem);
      },
    });
    this.#server = await serveSocket({ socketPath, services: [service], log, waiting: this.#stopping.signal });
    if (this.#stopping.signal.aborted) await this.#server.close();
    else log.info({ socket: socketPath }, 'offered to the kubelet');
  }

  /** Whether the socket that was offered is gone: then no kubelet that starts anew finds the driver. */
  async isLost(): Promise<boolean> {
    const offered = this.#server;
    if (offered === undefined) return false;
    const present = await lstat(this.#options.socketPath).catch(() => undefined);
    // Not while it is being replaced.
    return offered === this.#server && present?.isSocket() !== true;
  }

  /** Takes the socket away, by which the kubelet knows that the driver has gone. */
  async close(): Promise<void> {
    this.#stopping.abort();
    clearTimeout(this.#retry);
    await this.#server?.close();
  }

  #decided(problem: string | undefined): void {
    const { log, retryMs = RETRY_MS } = this.#options;
    this.#problem = problem === undefined ? undefined : `the kubelet does not take the driver: ${problem}`;
    clearTimeout(this.#retry);
    if (problem === undefined) {
      log.info('registered with the kubelet');
      this.#retryMs = retryMs;
      return;
    }
    log.error({ error: problem, retryMs: this.#retryMs }, 'the kubelet does not take the driver, offering it anew');
    this.#retry = setTimeout(() => void this.#offerAnew(), this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_MS);
  }

  async #offerAnew(): Promise<void> {
    const former = this.#server;
    this.#server = undefined;
    try {
      await former?.close();
      await this.offer();
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      this.#decided(`its socket cannot be served: ${messageOf(error)}`);
    }
  }
}
