import { claims } from '../../test/e2e/support/kinds.ts';
import { create, remove } from '../../test/e2e/support/objects.ts';
import type { Measure } from '../support/report.ts';
import { inFlight, median } from '../support/statistics.ts';
import { driverCalls } from './driver-calls.ts';
import { claimManifest } from './manifests.ts';
import { memoryMeasures } from './memory.ts';
import { classes, namespace } from './names.ts';
import { openWatches, untilLeft, type Watches } from './watches.ts';

const VOLUMES = 1000;
const SAMPLES = 50;
const SIZE = '16Mi';

/** What becomes slower or larger when there are many volumes. They stay: whoever began this takes them away. */
export async function measureCatalog(): Promise<readonly Measure[]> {
  using watches = await openWatches();
  const few = await createMs('few', watches);
  await inFlight(VOLUMES, 16, (index) => claim(`volume-${index}`));
  await watches.claims.until(
    'bound',
    (all) => all.length >= VOLUMES && all.every(({ status }) => status?.phase === 'Bound'),
  );
  const many = await createMs('many', watches);
  return [
    { name: 'CreateVolume p50, no others', value: few, unit: 'ms' },
    { name: 'CreateVolume p50, 1,000 others', value: many, unit: 'ms' },
    { name: 'CreateVolume p50 at 1,000 volumes against 0', value: many / few, unit: 'x' },
    ...(await memoryMeasures('with 1,000 volumes')),
  ];
}

/** Milliseconds, p50 of volumes that are made and removed one after another. */
async function createMs(prefix: string, watches: Watches): Promise<number> {
  const since = new Date();
  const count = watches.volumes.objects.length;
  for (let index = 0; index < SAMPLES; index += 1) {
    const name = `${prefix}-${index}`;
    await claim(name);
    await watches.claims.until('bound', (all) =>
      all.some(({ metadata, status }) => metadata?.name === name && status?.phase === 'Bound'),
    );
    await remove({ kind: claims, name, namespace });
    await untilLeft(watches, count);
  }
  const calls = (await driverCalls(since)).filter(({ method }) => method === 'CreateVolume');
  return median(calls.map(({ ms }) => ms));
}

function claim(name: string): Promise<unknown> {
  return create(claims, claimManifest({ name, storageClass: classes.immediate, size: SIZE }));
}
