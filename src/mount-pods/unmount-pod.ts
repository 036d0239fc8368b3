import { VolumeError } from '../domain/errors.ts';
import type { UnmountRequest } from '../filesystem/registered/mounter.ts';
import { probeMount } from '../filesystem/registered/probe-mount.ts';
import { isHostError } from '../host/host-error.ts';
import { detach } from './detach.ts';
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
  await detach(host, target);
  await host.files.remove(target);
}

async function unmount(deps: MountPodDeps, request: UnmountRequest): Promise<void> {
  const { host } = deps;
  const { target, command } = request;
  const state = await probeMount(host, target);
  if (state === 'dead') await detach(host, target);
  if (state === 'alive' && command !== undefined) {
    await runInPod(deps, { ...request, command, hook: 'unmount', env: {}, source: undefined });
  }
  // What the hook has left, or all of it without a hook. Stacked mounts come off one by one.
  while ((await host.mounts.find(target)) !== undefined) await unmountTop(deps, target);
}

async function unmountTop({ host }: MountPodDeps, target: string): Promise<void> {
  try {
    await host.mounts.unmount(target);
  } catch (error) {
    if (!isHostError(error, 'EBUSY')) throw error;
    const message = `${target} is in use: end the processes that have files open in it, then try again`;
    throw new VolumeError('FailedPrecondition', message, { cause: error });
  }
}
