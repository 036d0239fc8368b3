import type { Mounter } from '../filesystem/registered/mounter.ts';
import type { MountPodDeps } from './deps.ts';
import { runInPod } from './run-in-pod.ts';
import { mountAgainInPod, mountInPod } from './mount-in-pod.ts';
import { unmountPod } from './unmount-pod.ts';

/**
 * Mounts filesystems in pods: one for each volume and node, which outlives the driver's own. Filesystems without an image have
 * their programs in the driver's, and are mounted by `local`; what that starts ends with the driver's container.
 */
export function podMounter(deps: MountPodDeps, local: Mounter): Mounter {
  return {
    mountHook: (registration) =>
      registration.image === undefined
        ? local.mountHook(registration)
        : (registration.hooks.mountPod ?? registration.hooks.mount),
    mount: (request) => (request.registration.image === undefined ? local.mount(request) : mountInPod(deps, request)),
    mountAgain: (request) =>
      request.registration.image === undefined ? local.mountAgain(request) : mountAgainInPod(deps, request),
    unmount: (request) =>
      request.registration.image === undefined ? local.unmount(request) : unmountPod(deps, request),
    run: (request) => (request.registration.image === undefined ? local.run(request) : runInPod(deps, request)),
  };
}
