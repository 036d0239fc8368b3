import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Metrics } from '../../src/metrics/metrics.ts';
import { addManagedMetrics } from '../../src/metrics/managed-metrics.ts';
import { addNodeMetrics } from '../../src/metrics/node-metrics.ts';
import { addPoolMetrics } from '../../src/metrics/pool-metrics.ts';

const page = join(import.meta.dirname, '../../docs/metrics.md');

interface Described {
  readonly type: string;
  readonly labels: readonly string[];
}

describe('docs/metrics.md', () => {
  it('has every metric, with its type and its labels, and no other', async () => {
    const metrics = new Metrics({ version: '1', mode: 'node' });
    addPoolMetrics(metrics, { names: [], all: () => [] }, () => Promise.resolve([]));
    addManagedMetrics(metrics, { records: new Map() });
    addNodeMetrics(metrics, { front: { problem: undefined }, keeper: { isWorking: true, depth: 0 } });
    const text = await metrics.text();
    const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type] as const);
    const labels = new Map(
      metrics.registry.getMetricsAsArray().map((metric) => {
        // prom-client's types leave it out.
        const names: unknown = Reflect.get(metric, 'labelNames');
        return [metric.name, Array.isArray(names) ? names.map(String) : []];
      }),
    );
    const actual = types.map(([name, type]) => [name, { type, labels: labels.get(name) ?? [] }] as const);
    expect(Object.fromEntries(await documented())).to.deep.equal(Object.fromEntries(actual));
  });
});

async function documented(): Promise<readonly (readonly [string, Described])[]> {
  const rows = (await readFile(page, 'utf8')).matchAll(/^\| `(\w+)` +\| (\w+) +\| ([^|]*)\|/gm);
  return [...rows].map(([, name = '', type = '', cell = '']) => {
    const labels = [...cell.matchAll(/`(\w+)`/g)].map(([, label = '']) => label);
    return [name, { type, labels }] as const;
  });
}
