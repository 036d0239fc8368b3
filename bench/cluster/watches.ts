import type { V1PersistentVolume, V1PersistentVolumeClaim, V1Pod } from '@kubernetes/client-node';
import { claims, persistentVolumes, pods, tomeVolumes, type VolumeObject } from '../../test/e2e/support/kinds.ts';
import { driverName, namespace } from './names.ts';
import { Watched } from './watched.ts';

export interface Watches extends Disposable {
  readonly pods: Watched<V1Pod>;
  readonly claims: Watched<V1PersistentVolumeClaim>;
  readonly volumes: Watched<VolumeObject>;
  readonly persistentVolumes: Watched<V1PersistentVolume>;
}

/** What the measured namespace has, and the driver's volumes. */
export async function openWatches(): Promise<Watches> {
  using stack = new DisposableStack();
  const watches = {
    pods: stack.use(await Watched.open(pods, { namespace })),
    claims: stack.use(await Watched.open(claims, { namespace })),
    volumes: stack.use(await Watched.open(tomeVolumes)),
    persistentVolumes: stack.use(await Watched.open(persistentVolumes)),
  };
  const kept = stack.move();
  return {
    ...watches,
    [Symbol.dispose]: () => {
      kept.dispose();
    },
  };
}

/** Resolves when no more than these many volumes are left anywhere: what is still to be done would slow what comes next. */
export async function untilLeft({ volumes, persistentVolumes: known }: Watches, count: number): Promise<void> {
  await volumes.until('gone', (all) => all.length <= count);
  await known.until('gone', (all) => all.filter(({ spec }) => spec?.csi?.driver === driverName).length <= count);
}
