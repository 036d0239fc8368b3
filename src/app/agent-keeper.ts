import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Agent } from '../agent/agent.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { messageOf } from '../domain/errors.ts';

export interface AgentKeeperOptions {
  readonly openCatalog: () => Catalog;
  readonly makeAgent: (catalog: Catalog) => Agent;
  readonly log: Logger;
}

/** Milliseconds between two attempts: doubled from the first to the last. */
const FIRST_MS = 250;
const LAST_MS = 5_000;

interface Working {
  readonly catalog: Catalog;
  readonly agent: Agent;
}

/**
 * Starts the agent as soon as the API server answers, however long that takes: the volumes of this node are served
 * without it. Once started, the agent goes on by itself whenever the API server is away.
 */
export class AgentKeeper {
  readonly #options: AgentKeeperOptions;
  readonly #stopping = new AbortController();
  readonly #said = new Set<string>();
  #problem = 'the agent has not reached the API server yet';
  #working: Working | undefined;
  #trying: Promise<void> = Promise.resolve();

  constructor(options: AgentKeeperOptions) {
    this.#options = options;
  }

  /** Goes on in the background until it has succeeded, or until `close`. */
  start(): void {
    this.#trying = this.#keepTrying();
  }

  /** Why the agent has not begun its work; undefined when it has. */
  get problem(): string | undefined {
    return this.#working === undefined ? this.#problem : undefined;
  }

  get isWorking(): boolean {
    return this.#working !== undefined;
  }

  /** How many resources the agent is working on. */
  get depth(): number {
    return this.#working?.agent.depth ?? 0;
  }

  /** What a call of the kubelet may have changed. Before there is an agent it is dropped: that one looks at everything. */
  usageChanged(volumeId: string): void {
    this.#working?.agent.usageChanged(volumeId);
  }

  /** The same of what was seen beside such calls. */
  healthChanged(volumeId: string): void {
    this.#working?.agent.healthChanged(volumeId);
  }

  /** Ends the agent, then its catalog. */
  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#trying;
    if (this.#working !== undefined) await end(this.#working);
  }

  async #keepTrying(): Promise<void> {
    const { log } = this.#options;
    const { signal } = this.#stopping;
    for (let pause = FIRST_MS; !signal.aborted; pause = Math.min(pause * 2, LAST_MS)) {
      try {
        this.#working = await this.#try();
        log.info('the API server answers, the agent is at work');
        return;
      } catch (error) {
        this.#waits(messageOf(error));
      }
      await delay(pause, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  async #try(): Promise<Working> {
    const catalog = this.#options.openCatalog();
    try {
      await catalog.check();
      const agent = this.#options.makeAgent(catalog);
      try {
        await agent.start();
        return { catalog, agent };
      } catch (error) {
        await agent.stop();
        throw error;
      }
    } catch (error) {
      await catalog.close();
      throw error;
    }
  }

  /** Says each reason once, however often it is met. */
  #waits(error: string): void {
    this.#problem = `the agent waits for the API server: ${error}`;
    if (this.#said.has(error)) return;
    this.#said.add(error);
    this.#options.log.warn({ error }, 'the agent waits for the API server; volumes of this node are served meanwhile');
  }
}

async function end({ agent, catalog }: Working): Promise<void> {
  await agent.stop();
  await catalog.close();
}
