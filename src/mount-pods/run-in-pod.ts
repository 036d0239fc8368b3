import { setTimeout as delay } from 'node:timers/promises';
import type { HookRequest } from '../filesystem/registered/mounter.ts';
import { HostError } from '../host/host-error.ts';
import type { MountPodDeps } from './deps.ts';
import { podManifest, secretManifest, type PodRequest } from './pod-manifest.ts';
import { hookPodName } from './pod-names.ts';
import { hasSucceeded, problemOf, waitingFor } from './pod-status.ts';
import { saidBy } from './said-by.ts';

const PAUSE_MS = 250;

/** A hook that is not wanted any more is killed at once. */
const GRACE_SECONDS = 0;

/**
 * Mounter.run: a hook in a pod of its own, which is gone when this returns, with what it printed. One that an earlier call has
 * left is ended first: a hook never runs twice at a time.
 */
export async function runInPod(deps: MountPodDeps, request: HookRequest): Promise<string> {
  const { client, settings } = deps;
  const { hook, volumeId, env, timeoutMs } = request;
  const name = hookPodName(hook, volumeId, settings.nodeName);
  await client.removeAndWait(name, timeoutMs);
  await request.before?.();
  const hasEnvironment = Object.keys(env).length > 0;
  const owner = await client.ownerOf(volumeId);
  const pod: PodRequest = { ...request, name, role: 'hook', hasEnvironment, owner, graceSeconds: GRACE_SECONDS };
  try {
    if (hasEnvironment) await client.replaceSecret(name, secretManifest(pod, env, settings));
    await client.create('pods', name, podManifest(pod, settings));
    await untilDone(deps, request, name);
    return await client.log(name);
  } finally {
    await client.removeAndWait(name, timeoutMs);
    if (hasEnvironment) await client.remove('secrets', name);
  }
}

async function untilDone(deps: MountPodDeps, request: HookRequest, name: string): Promise<void> {
  const { client, settings } = deps;
  const { hook, registration, timeoutMs, env } = request;
  const what = `hook ${hook} of filesystem ${registration.name}, in pod ${settings.namespace}/${name}`;
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const pod = await client.find(name);
    if (pod === undefined) throw new HostError('EXIT', `${what}: somebody has deleted it`);
    if (hasSucceeded(pod)) return;
    const problem = problemOf(pod);
    // The container says how it ended a moment before the pod does.
    const isOver = problem !== undefined && !problem.startsWith('it ended with exit code 0');
    if (isOver) throw new HostError('EXIT', `${what}: ${problem}${await saidBy(deps, name, env)}`);
    if (performance.now() >= deadline) {
      const why = `after ${timeoutMs / 1000} s: ${waitingFor(pod)}`;
      throw new HostError('ETIMEDOUT', `${what} was stopped ${why}${await saidBy(deps, name, env)}`);
    }
    await delay(PAUSE_MS);
  }
}
