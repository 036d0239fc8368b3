import type { Measure } from '../support/report.ts';
import { median, percentile } from '../support/statistics.ts';
import { driverCalls } from './driver-calls.ts';
import { claimed, claimManifest, podManifest } from './manifests.ts';
import { classes } from './names.ts';
import { describeSlowest, profileOf, volumeStarts, type VolumeStart } from './profile.ts';
import { startPod, type Start } from './start-pod.ts';
import { openWatches, type Watches } from './watches.ts';

const SAMPLES = 20;
/** The first volumes of a pool are formatted, and everybody's code is cold. */
const WARM_UP = 3;
const SIZE = '64Mi';

/** How long it takes from an applied claim and pod to the running pod, and whose time that is. */
export async function measureStartup(): Promise<readonly Measure[]> {
  using watches = await openWatches();
  const late = await withVolumes(classes.late, watches);
  const immediate = await withVolumes(classes.immediate, watches);
  const bare = await repeatedly('bare', watches, (name) => ({ pod: podManifest(name) }));
  const empty = await repeatedly('empty-dir', watches, (name) => ({ pod: podManifest(name, { emptyDir: {} }) }));
  return [
    ...summary('late binding', late),
    ...profileOf(late),
    ...summary('Immediate', immediate),
    ...profileOf(immediate),
    { name: 'pod with an emptyDir to running, p50', value: median(empty.map(secondsOf)), unit: 's' },
    { name: 'pod without a volume to running, p50', value: median(bare.map(secondsOf)), unit: 's' },
  ];
}

async function withVolumes(storageClass: string, watches: Watches): Promise<readonly VolumeStart[]> {
  const since = new Date();
  const starts = await repeatedly(storageClass, watches, (name) => ({
    claim: claimManifest({ name, storageClass, size: SIZE }),
    pod: podManifest(name, claimed(name)),
  }));
  const all = volumeStarts(starts, await driverCalls(since));
  process.stderr.write(describeSlowest(all));
  return all;
}

async function repeatedly(
  prefix: string,
  watches: Watches,
  what: (name: string) => Parameters<typeof startPod>[0],
): Promise<readonly Start[]> {
  const starts: Start[] = [];
  for (let index = 0; index < WARM_UP + SAMPLES; index += 1) {
    const start = await startPod(what(`${prefix}-${index}`), watches);
    if (index >= WARM_UP) starts.push(start);
  }
  return starts;
}

function summary(binding: string, starts: readonly VolumeStart[]): readonly Measure[] {
  const seconds = starts.map(secondsOf);
  const own = starts.map(({ create, stage, publish }) => create.ms + stage.ms + publish.ms);
  const name = `claim and pod to running, ${binding}`;
  return [
    { name: `${name}, p50`, value: median(seconds), unit: 's', atMost: 0.8 },
    { name: `${name}, p95`, value: percentile(seconds, 0.95), unit: 's' },
    { name: "of it the driver's own calls, p50", value: median(own), unit: 'ms', atMost: 50 },
  ];
}

function secondsOf({ applied, running }: Start): number {
  return (running - applied) / 1000;
}
