import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { VolumeError } from '../domain/errors.ts';
import type { MountRequest } from '../filesystem/registered/mounter.ts';
import { probeMount } from '../filesystem/registered/probe-mount.ts';
import { detachStack } from '../filesystem/registered/stacked-mounts.ts';
import { HostError } from '../host/host-error.ts';
import type { MountPodDeps } from './deps.ts';
import { podManifest, secretManifest, type PodRequest } from './pod-manifest.ts';
import { mountPodName } from './pod-names.ts';
import { isFinished, isTerminating, problemOf, waitingFor, type Pod } from './pod-status.ts';
import { saidBy } from './said-by.ts';

const PAUSE_MS = 50;

/** Milliseconds between looks at a pod that is starting; the mount itself is looked for all the time. */
const LOOK_MS = 500;

/** How long the pod of a mount may take to end, in seconds: what it has not yet stored elsewhere must get there. */
const GRACE_SECONDS = 60;

/** Mounter.mount: the mount hook in a pod. A pod that is still starting when the time is up goes on, for the next call. */
export function mountInPod(deps: MountPodDeps, request: MountRequest): Promise<void> {
  return ensureMounted(deps, request);
}

/** Mounter.mountAgain: the Secret of the last pod has the environment, and stays for as long as the volume is staged. */
export async function mountAgainInPod(deps: MountPodDeps, request: Omit<MountRequest, 'env'>): Promise<boolean> {
  await ensureMounted(deps, request);
  return true;
}

/** Without an environment the Secret that is there serves again. */
type Request = Omit<MountRequest, 'env'> & Partial<Pick<MountRequest, 'env'>>;

async function ensureMounted(deps: MountPodDeps, request: Request): Promise<void> {
  const { host, client, settings } = deps;
  const { target, volumeId } = request;
  const state = await probeMount(host, target);
  if (state === 'alive') return;
  const name = mountPodName(volumeId, settings.nodeName);
  const present = await client.find(name);
  const isStarting = state === 'absent' && present !== undefined && isUsable(present, request);
  if (!isStarting) {
    await detachStack(host, target);
    if (present !== undefined) await client.removeAndWait(name, request.timeoutMs);
    await host.files.makeDirectory(target, 0o700);
    await create(deps, request, name);
  }
  await untilMounted(deps, request, name);
}

/** Whether it is to do just this, and may yet do it. */
function isUsable(pod: Pod, { command, registration }: Request): boolean {
  const [container] = pod.spec.containers;
  if (isTerminating(pod) || isFinished(pod) || problemOf(pod) !== undefined) return false;
  if (container === undefined || container.image !== registration.image) return false;
  return isDeepStrictEqual([...container.command, ...container.args], [...command]);
}

async function create({ client, settings }: MountPodDeps, request: Request, name: string): Promise<void> {
  const { env, volumeId, registration } = request;
  const hasEnvironment = Object.keys(env ?? registration.environment).length > 0;
  const owner = await client.ownerOf(volumeId);
  const pod: PodRequest = { ...request, name, role: 'mount', hasEnvironment, owner, graceSeconds: GRACE_SECONDS };
  if (hasEnvironment && env !== undefined) await client.replaceSecret(name, secretManifest(pod, env, settings));
  await client.create('pods', name, podManifest(pod, settings));
}

async function untilMounted(deps: MountPodDeps, request: Request, name: string): Promise<void> {
  const { host, client } = deps;
  const { target, timeoutMs } = request;
  const deadline = performance.now() + timeoutMs;
  let lookAt = performance.now() + LOOK_MS;
  for (;;) {
    if ((await probeMount(host, target)) === 'alive') return;
    if (performance.now() >= lookAt) {
      const pod = await client.find(name);
      const problem = pod === undefined ? 'somebody has deleted it' : problemOf(pod);
      if (problem !== undefined) throw await failed(deps, request, name, problem);
      if (performance.now() >= deadline) throw await late(deps, request, name, pod);
      lookAt = performance.now() + LOOK_MS;
    }
    await delay(PAUSE_MS);
  }
}

/** Takes away what is left of it. */
async function failed(deps: MountPodDeps, request: Request, name: string, problem: string): Promise<Error> {
  const { host, client, settings } = deps;
  const { registration, target, timeoutMs, env } = request;
  // What is secret must be known, so that it can be left out.
  const said = env === undefined ? '' : await saidBy(deps, name, env);
  await detachStack(host, target);
  await client.removeAndWait(name, timeoutMs);
  if (env !== undefined) await client.remove('secrets', name);
  await detachStack(host, target);
  const hint =
    problem === 'it ended with exit code 0'
      ? ' before anything was mounted: the hook mountPod must stay in the foreground'
      : '';
  const what = `hook mount of filesystem ${registration.name}, in pod ${settings.namespace}/${name}`;
  return new HostError('EXIT', `${what}: ${problem}${hint}${said}`);
}

/** A program that runs and does not mount is given up; one whose image is still coming is not. */
async function late(deps: MountPodDeps, request: Request, name: string, pod: Pod | undefined): Promise<Error> {
  const { timeoutMs } = request;
  const after = `after ${timeoutMs / 1000} s`;
  const waiting = pod === undefined ? 'it is gone' : waitingFor(pod);
  if (waiting === 'it runs')
    return await failed(deps, request, name, `nothing is mounted at ${request.target} ${after}`);
  const message = `pod ${deps.settings.namespace}/${name}, which mounts the volume, has not started ${after} (${waiting}): it is waited for`;
  return new VolumeError('Unavailable', message);
}
