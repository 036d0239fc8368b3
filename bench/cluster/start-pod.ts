import type { V1PersistentVolumeClaim, V1Pod } from '@kubernetes/client-node';
import { claims, pods } from '../../test/e2e/support/kinds.ts';
import { create, remove } from '../../test/e2e/support/objects.ts';
import { conditionOf, isReady } from '../../test/e2e/support/pod-state.ts';
import { namespace } from './names.ts';
import { untilLeft, type Watches } from './watches.ts';

/** Annotation of a claim. */
const PLACE = 'volume.kubernetes.io/selected-node';

/** Milliseconds since the epoch at which somebody who watches was told of it. */
export interface Start {
  readonly applied: number;
  readonly running: number;
  readonly scheduled: number;
  /** NaN without a claim; `placed`, when the scheduler tells the provisioner where, also when that waits for no pod. */
  readonly placed: number;
  readonly bound: number;
  /** As the provisioner names the volume to the driver. */
  readonly volumeName: string;
}

export interface What {
  readonly pod: V1Pod;
  readonly claim?: V1PersistentVolumeClaim | undefined;
}

/** Applies a claim and its pod together, as `kubectl apply` does, and waits until the pod runs. Takes both away again. */
export async function startPod({ pod, claim }: What, watches: Watches): Promise<Start> {
  const times = { running: NaN, scheduled: NaN, placed: NaN, bound: NaN };
  using listening = new DisposableStack();
  listening.use(
    watches.pods.onChange((now) => {
      if (conditionOf(now, 'PodScheduled') === 'True') times.scheduled ||= Date.now();
      if (isReady(now)) times.running ||= Date.now();
    }),
  );
  listening.use(
    watches.claims.onChange(({ metadata, status }) => {
      if (metadata?.annotations?.[PLACE] !== undefined) times.placed ||= Date.now();
      if (status?.phase === 'Bound') times.bound ||= Date.now();
    }),
  );
  const applied = Date.now();
  const made = claim && (await create(claims, claim));
  await create(pods, pod);
  await watches.pods.until('running', (all) => all.length > 0 && all.every(isReady));

  await remove({ kind: pods, name: pod.metadata?.name ?? '', namespace });
  await watches.pods.until('gone', (all) => all.length === 0);
  if (claim !== undefined) await remove({ kind: claims, name: claim.metadata?.name ?? '', namespace });
  await untilLeft(watches, 0);
  return { applied, ...times, volumeName: `pvc-${made?.metadata?.uid ?? ''}` };
}
