import { join } from 'node:path';
import { templateId, volumeId } from '../src/domain/ids.ts';
import { fill } from './support/fill.ts';
import type { Measure } from './support/report.ts';
import type { BenchServer } from './support/server.ts';
import { median } from './support/statistics.ts';
import { create, makePaths, mount, unmount } from './support/volumes.ts';

const MiB = 1024 * 1024;
const DATA_MIB = 1024;
const SAMPLES = 30;

/** A volume with 1 GiB of random data becomes a template, a volume is cloned of that, becomes one too, and so on. */
export async function measureTemplates(server: BenchServer, directory: string): Promise<readonly Measure[]> {
  const capacityRange = { requiredBytes: 2 * DATA_MIB * MiB, limitBytes: 0 };
  const paths = await makePaths(directory, 'template');
  const source = await create(server, 'base-0', { capacityRange });
  await mount(server, source, paths);
  await fill(join(paths.target, 'data'), DATA_MIB);
  await unmount(server, source, paths);

  const conversions: number[] = [];
  const clones: number[] = [];
  for (let index = 0; index < SAMPLES; index += 1) {
    const name = `template-${index}`;
    const templates = [{ name, volumeId: volumeId(`base-${index}`) }];
    conversions.push(await timed(() => server.admin.createTemplates({ templates, convert: true })));
    const next = `base-${index + 1}`;
    clones.push(await timed(() => create(server, next, { capacityRange, parameters: { template: name } })));
  }
  await server.controller.deleteVolume({ volumeId: volumeId(`base-${SAMPLES}`) });
  for (let index = SAMPLES - 1; index >= 0; index -= 1) {
    await server.admin.deleteTemplate({ templateId: templateId(`template-${index}`) });
  }
  return [
    { name: 'conversion of 1 GiB into a template, p50', value: median(conversions), unit: 'ms', atMost: 6 },
    { name: 'clone of 1 GiB from a template, p50', value: median(clones), unit: 'ms', atMost: 6 },
  ];
}

/** Milliseconds. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
