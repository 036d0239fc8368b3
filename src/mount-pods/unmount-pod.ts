import type { UnmountRequest } from '../filesystem/registered/mounter.ts';
import { probeMount } from '../filesystem/registered/probe-mount.ts';
import { detachStack, unmountStack } from '../filesystem/registered/stacked-mounts.ts';
import type { MountPodDeps } from './deps.ts';
import { mountPodName } from './pod-names.ts';
import { runInPod } from './run-in-pod.ts';

/** Mounter.unmount: the mount goes while what serves it is still there, so that all that was written gets to it; then the pod. */
export async function unmountPod(deps: MountPodDeps, request: UnmountRequest): Promise<void> {
  const { host, client, settings } = deps;
  const { target, volumeId, timeoutMs } = request;
  await unmount(deps, request);
  const name = mountPodName(volumeId, settings.nodeName);
  await client.removeAndWait(name, timeoutMs);
  await client.remove('secrets', name);
  // What it may have mounted in its last moment.
  await detachStack(host, target);
  await host.files.remove(target);
}

async function unmount(deps: MountPodDeps, request: UnmountRequest): Promise<void> {
  const { host } = deps;
  const { target, command } = request;
  const state = await probeMount(host, target);
  if (state === 'dead') await detachStack(host, target);
  if (state === 'alive' && command !== undefined) {
    await runInPod(deps, { ...request, command, hook: 'unmount', env: {}, source: undefined });
  }
  // What the hook has left, or all of it without a hook.
  await unmountStack(host, target);
}
