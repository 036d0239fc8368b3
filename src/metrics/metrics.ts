import { Gauge, Registry, type GaugeConfiguration } from 'prom-client';
import type { ObserveRpc } from '../csi/server/unary.ts';
import { processMetrics } from './process-metrics.ts';
import { rpcObserver } from './rpc-metrics.ts';

export interface MetricsOptions {
  readonly version: string;
  readonly mode: 'standalone' | 'controller' | 'node';
}

/** What this process tells of itself to Prometheus; every name is in docs/metrics.md. */
export class Metrics {
  readonly registry = new Registry();
  readonly observeRpc: ObserveRpc;
  readonly #refreshes: (() => Promise<void>)[] = [];

  constructor({ version, mode }: MetricsOptions) {
    this.observeRpc = rpcObserver(this.registry);
    this.gauge({
      name: 'tome_build_info',
      help: 'Always 1; the version and the mode of the program.',
      labelNames: ['version', 'mode'],
    }).set({ version, mode }, 1);
    this.onScrape(processMetrics(this.registry));
  }

  gauge<Label extends string = never>(configuration: GaugeConfiguration<Label>): Gauge<Label> {
    return new Gauge({ ...configuration, registers: [this.registry] });
  }

  /** Has gauges read anew whenever somebody looks. */
  onScrape(refresh: () => Promise<void>): void {
    this.#refreshes.push(refresh);
  }

  /** The text that Prometheus reads. */
  async text(): Promise<string> {
    await Promise.all(this.#refreshes.map((refresh) => refresh()));
    return this.registry.metrics();
  }
}
