import type { Logger } from 'pino';
import { health, type HealthOptions } from '../metrics/health.ts';
import { serveHttp, type HttpServer } from '../metrics/http-server.ts';
import type { Metrics } from '../metrics/metrics.ts';

export interface MonitoringConfig {
  readonly httpPort: number;
  readonly httpAddress?: string | undefined;
}

/** /healthz, /readyz and /metrics of this process. */
export function serveMonitoring(
  { httpPort, httpAddress }: MonitoringConfig,
  metrics: Metrics,
  options: HealthOptions,
  log: Logger,
): HttpServer {
  const { live, ready } = health(options);
  const pages = {
    '/healthz': live,
    '/readyz': ready,
    '/metrics': async () => ({ status: 200, body: await metrics.text(), type: metrics.registry.contentType }),
  };
  return serveHttp({ port: httpPort, address: httpAddress, pages, log });
}
