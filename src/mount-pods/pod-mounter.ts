import type { Mounter } from '../filesystem/registered/mounter.ts';
import type { MountPodDeps } from './deps.ts';
import { endPods } from './end-pods.ts';
import { mountAgainInPod, mountInPod } from './mount-in-pod.ts';
import { runInPod } from './run-in-pod.ts';
import { unmountPod } from './unmount-pod.ts';

/**
 * Mounts filesystems in pods: one for each volume and node, which outlives the driver's own. Filesystems without an image have
 * their programs in the driver's, and are mounted by `local`; what that starts ends with the driver's container.
 */
export function podMounter(deps: MountPodDeps, local: Mounter): Mounter {
  const pods: Mounter = {
    runsInPods: () => true,
    mountHook: ({ hooks }) => hooks.mountPod ?? hooks.mount,
    mount: (request) => mountInPod(deps, request),
    mountAgain: (request) => mountAgainInPod(deps, request),
    unmount: (request) => unmountPod(deps, request),
    run: (request) => runInPod(deps, request),
    endPods: (request) => endPods(deps, request),
  };
  const mounterOf = ({ image }: { readonly image?: string | undefined }) => (image === undefined ? local : pods);
  return {
    runsInPods: (registration) => mounterOf(registration).runsInPods(registration),
    mountHook: (registration) => mounterOf(registration).mountHook(registration),
    mount: (request) => mounterOf(request.registration).mount(request),
    mountAgain: (request) => mounterOf(request.registration).mountAgain(request),
    unmount: (request) => mounterOf(request.registration).unmount(request),
    run: (request) => mounterOf(request.registration).run(request),
    endPods: (request) => mounterOf(request.registration).endPods(request),
  };
}
