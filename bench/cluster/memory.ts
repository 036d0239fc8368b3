import type { V1Pod } from '@kubernetes/client-node';
import { callForText } from '../../test/e2e/support/connection.ts';
import type { Measure } from '../support/report.ts';
import { driverPods } from './driver-calls.ts';
import { release } from './names.ts';

/** `metrics.port` of the chart. */
const PORT = 9808;

/** MiB in RAM of the driver's processes, as their own metrics say; of several the largest counts. */
export async function memoryMeasures(when: string): Promise<readonly Measure[]> {
  const measure = async (component: 'controller' | 'node'): Promise<Measure> => {
    const sizes = await Promise.all((await driverPods(component)).map(residentMiB));
    return { name: `memory of ${component} ${when}`, value: Math.max(...sizes), unit: 'MiB', atMost: 110 };
  };
  return [await measure('controller'), await measure('node')];
}

async function residentMiB({ metadata }: V1Pod): Promise<number> {
  const pod = `${metadata?.name ?? ''}:${PORT}`;
  const text = await callForText({
    method: 'GET',
    path: `/api/v1/namespaces/${release.namespace}/pods/${pod}/proxy/metrics`,
  });
  const [, bytes] = /^process_resident_memory_bytes (\S+)$/m.exec(text) ?? [];
  return Number(bytes) / 1048576;
}
