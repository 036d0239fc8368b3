import type { Logger } from 'pino';
import { KubeletRegistration } from '../csi/registration/kubelet-registration.ts';
import type { Service } from '../csi/server/implement.ts';
import { serveSocket, type RunningServer } from '../csi/server/serve.ts';
import type { ObserveRpc } from '../csi/server/unary.ts';

export interface NodeFrontOptions {
  readonly driverName: string;
  readonly socket: string;
  readonly registrationSocket: string;
  readonly services: readonly Service[];
  readonly observe: ObserveRpc;
  readonly log: Logger;
}

/** What the kubelet sees of the driver: its CSI socket and, as soon as that is served, its registration. */
export class NodeFront {
  readonly #options: NodeFrontOptions;
  readonly #registration: KubeletRegistration;
  readonly #stopping = new AbortController();
  #server: RunningServer | undefined;

  constructor(options: NodeFrontOptions) {
    const { driverName, socket, registrationSocket, log } = options;
    this.#options = options;
    this.#registration = new KubeletRegistration({ driverName, endpoint: socket, socketPath: registrationSocket, log });
  }

  /** Whether the CSI socket is this process's own. */
  get isServing(): boolean {
    return this.#server !== undefined;
  }

  /** Why the kubelet does not have the driver; undefined when it does. */
  get problem(): string | undefined {
    return this.#registration.problem;
  }

  /** What only a restart mends. */
  async defects(): Promise<readonly string[]> {
    return (await this.#registration.isLost()) ? [`${this.#options.registrationSocket} is gone`] : [];
  }

  /**
   * Waits for a former driver to leave the socket, which serves the node until then, and takes its place. Throws when a
   * socket cannot be served.
   */
  async open(): Promise<void> {
    const { socket, services, observe, log } = this.#options;
    const waiting = this.#stopping.signal;
    try {
      this.#server = await serveSocket({ socketPath: socket, services, observe, log, waiting });
      // Who closed it meanwhile has not seen the server.
      if (waiting.aborted) {
        await this.#server.close();
        return;
      }
      log.info({ socket }, 'the CSI socket is served');
      await this.#registration.offer();
    } catch (error) {
      if (!waiting.aborted) throw error;
    }
  }

  /** The kubelet hears of the end first; calls under way then have 5 s. */
  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#registration.close();
    await this.#server?.close();
  }
}
