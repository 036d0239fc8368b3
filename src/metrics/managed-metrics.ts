import type { ManagedPlace } from '../managed/managed-place.ts';
import type { Metrics } from './metrics.ts';

/** How many directories of this node are volumes. They take no room of a pool, so there is nothing else to count. */
export function addManagedMetrics(metrics: Metrics, { records }: Pick<ManagedPlace, 'records'>): void {
  const volumes = metrics.gauge({ name: 'tome_managed_volumes', help: 'Managed volumes that this node knows.' });
  metrics.onScrape(() => {
    volumes.set(records.size);
    return Promise.resolve();
  });
}
