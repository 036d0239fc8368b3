import { setTimeout as delay } from 'node:timers/promises';
import type { UnmountRequest } from '../filesystem/registered/mounter.ts';
import { probeMount } from '../filesystem/registered/probe-mount.ts';
import { detachStack, unmountStack } from '../filesystem/registered/stacked-mounts.ts';
import type { MountPodDeps } from './deps.ts';
import type { PodClient } from './pod-client.ts';
import { mountPodName } from './pod-names.ts';
import { isFinished, isTerminating } from './pod-status.ts';
import { runInPod } from './run-in-pod.ts';

const PAUSE_MS = 200;

/** Mounter.unmount: the mount goes while what serves it is still there, so that all that was written gets to it; then the pod. */
export async function unmountPod(deps: MountPodDeps, request: UnmountRequest): Promise<void> {
  const { host, client, settings } = deps;
  const { target, volumeId, timeoutMs } = request;
  const name = mountPodName(volumeId, settings.nodeName);
  const wasServed = await unmount(deps, request);
  if (wasServed) await untilEnded(client, name, timeoutMs);
  await client.removeAndWait(name, timeoutMs);
  await client.remove('secrets', name);
  // What it may have mounted in its last moment.
  await detachStack(host, target);
  await host.files.remove(target);
}

/** Whether it was mounted and served until then. */
async function unmount(deps: MountPodDeps, request: UnmountRequest): Promise<boolean> {
  const { host } = deps;
  const { target, command } = request;
  const state = await probeMount(host, target);
  if (state === 'dead') await detachStack(host, target);
  if (state === 'alive' && command !== undefined) {
    await runInPod(deps, { ...request, command, hook: 'unmount', env: {}, source: undefined });
  }
  // What the hook has left, or all of it without a hook.
  await unmountStack(host, target);
  return state === 'alive';
}

/**
 * What served the mount ends by itself once it has stored what was written; a signal might end it before. One that stays
 * gets the signal when the time is up.
 */
async function untilEnded(client: PodClient, name: string, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline) {
    const pod = await client.find(name);
    if (pod === undefined || isFinished(pod) || isTerminating(pod)) return;
    await delay(PAUSE_MS);
  }
}
