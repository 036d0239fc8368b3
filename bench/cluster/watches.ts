import type { V1PersistentVolumeClaim, V1Pod } from '@kubernetes/client-node';
import { claims, pods, tomeVolumes, type VolumeObject } from '../../test/e2e/support/kinds.ts';
import { namespace } from './names.ts';
import { Watched } from './watched.ts';

export interface Watches extends Disposable {
  readonly pods: Watched<V1Pod>;
  readonly claims: Watched<V1PersistentVolumeClaim>;
  readonly volumes: Watched<VolumeObject>;
}

/** What the measured namespace has, and the driver's volumes. */
export async function openWatches(): Promise<Watches> {
  using stack = new DisposableStack();
  const watches = {
    pods: stack.use(await Watched.open(pods, { namespace })),
    claims: stack.use(await Watched.open(claims, { namespace })),
    volumes: stack.use(await Watched.open(tomeVolumes)),
  };
  const kept = stack.move();
  return {
    ...watches,
    [Symbol.dispose]: () => {
      kept.dispose();
    },
  };
}
