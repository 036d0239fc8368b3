import type { Logger } from 'pino';
import type { Agent } from '../agent/agent.ts';
import type { Host } from '../host/host.ts';
import type { ManagedPlace } from '../managed/managed-place.ts';
import { addManagedMetrics } from '../metrics/managed-metrics.ts';
import { Metrics } from '../metrics/metrics.ts';
import type { HttpServer } from '../metrics/http-server.ts';
import { addAgentMetrics } from '../metrics/node-metrics.ts';
import { addPoolMetrics } from '../metrics/pool-metrics.ts';
import type { PoolSet } from '../pool/pool-set.ts';
import type { StandaloneConfig } from './config.ts';
import { serveMonitoring } from './monitoring.ts';
import { version } from './version.ts';

export interface StandaloneParts {
  readonly config: StandaloneConfig;
  readonly host: Host;
  readonly pools: PoolSet;
  readonly managed: ManagedPlace;
  readonly agent: Agent;
  readonly log: Logger;
}

/** Health and metrics of the standalone driver. Loaded only when they are asked for. */
export function monitorStandalone({ config, host, pools, managed, agent, log }: StandaloneParts): {
  readonly metrics: Metrics;
  readonly http: HttpServer;
} {
  const metrics = new Metrics({ version, mode: 'standalone' });
  addPoolMetrics(metrics, pools, () => host.loops.list());
  addManagedMetrics(metrics, managed);
  addAgentMetrics(metrics, {
    isWorking: true,
    get depth() {
      return agent.depth;
    },
  });
  const health = {
    socketPath: config.socket,
    isServing: () => true,
    defects: () => Promise.resolve([]),
    problems: () => [],
  };
  return { metrics, http: serveMonitoring(config, metrics, health, log) };
}
