import type { V1Pod } from '@kubernetes/client-node';
import { claims, pods } from '../../test/e2e/support/kinds.ts';
import { create } from '../../test/e2e/support/objects.ts';
import { isReady } from '../../test/e2e/support/pod-state.ts';
import type { Measure } from '../support/report.ts';
import { inFlight, median, percentile } from '../support/statistics.ts';
import { driverCalls, type DriverMethod } from './driver-calls.ts';
import { claimed, claimManifest, podManifest } from './manifests.ts';
import { classes } from './names.ts';
import { removeAll } from './remove-all.ts';
import { openWatches, type Watches } from './watches.ts';

/** Each with a pod of its own: two nodes take 110 pods each unless somebody has told their kubelets otherwise. */
const CLAIMS = 200;
const SIZE = '64Mi';

/** Many claims and pods at once, and as many pods without a claim. */
export async function measureBurst(): Promise<readonly Measure[]> {
  using watches = await openWatches();
  const since = new Date();
  const bound = secondsUntil(() =>
    watches.claims.until('bound', (all) => all.filter(({ status }) => status?.phase === 'Bound').length >= CLAIMS),
  );
  const claimedPods = await startAll(watches, async (name) => {
    await create(claims, claimManifest({ name, storageClass: classes.late, size: SIZE }));
    return podManifest(name, claimed(name));
  });
  const boundSeconds = await bound;
  const calls = await driverCalls(since);
  await removeAll(watches);

  const bare = await startAll(watches, (name) => Promise.resolve(podManifest(name, { emptyDir: {} })));
  await removeAll(watches);
  return [
    { name: `${CLAIMS} claims with a pod each at once: all run`, value: claimedPods.all, unit: 's' },
    { name: '- half of the pods run', value: claimedPods.half, unit: 's' },
    { name: '- all claims are bound', value: boundSeconds, unit: 's' },
    ...callMeasures('CreateVolume'),
    ...callMeasures('NodeStageVolume'),
    ...callMeasures('NodePublishVolume'),
    { name: `${CLAIMS} pods with an emptyDir at once: all run`, value: bare.all, unit: 's' },
  ];

  function callMeasures(method: DriverMethod): readonly Measure[] {
    const times = calls.filter((call) => call.method === method).map(({ ms }) => ms);
    return [
      { name: `- ${method} meanwhile, p50`, value: median(times), unit: 'ms' },
      { name: `- ${method} meanwhile, p95`, value: percentile(times, 0.95), unit: 'ms' },
    ];
  }
}

/** Seconds until half of the pods run, and until all do. */
async function startAll(
  watches: Watches,
  prepare: (name: string) => Promise<V1Pod>,
): Promise<{ half: number; all: number }> {
  const running = (count: number) =>
    secondsUntil(() => watches.pods.until('running', (all) => all.filter(isReady).length >= count));
  const created = inFlight(CLAIMS, 16, async (index) => create(pods, await prepare(`burst-${index}`)));
  const [half, all] = await Promise.all([running(CLAIMS / 2), running(CLAIMS), created]);
  return { half, all };
}

async function secondsUntil(happening: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await happening();
  return (performance.now() - start) / 1000;
}
