import { setTimeout as delay } from 'node:timers/promises';
import { HostError } from '../../host/host-error.ts';
import type { Host } from '../../host/host.ts';
import type { HookRequest, Mounter, MountRequest, UnmountRequest } from './mounter.ts';
import { probeMount } from './probe-mount.ts';
import { runHook } from './run-hook.ts';
import { endHooks, endServers, hookMark, serverMark, untilServersEnd } from './servers.ts';
import { detachStack, unmountStack } from './stacked-mounts.ts';

/** How long a mount may show up after its hook has ended: some daemons mount when they are in the background already. */
const GRACE_MS = 5_000;
const PAUSE_MS = 20;

/** Runs the hooks on this machine. A daemon that a mount hook starts has a session of its own and outlives this process. */
export function localMounter(host: Host): Mounter {
  return {
    runsInPods: () => false,
    mountHook: ({ hooks }) => hooks.mount,
    mount: (request) => mount(host, request),
    mountAgain: () => Promise.resolve(false),
    unmount: (request) => unmount(host, request),
    run: (request) => run(host, request),
    endPods: () => Promise.resolve(),
  };
}

async function run(host: Host, request: HookRequest): Promise<string> {
  const { env, mountPoint, before } = request;
  if (mountPoint !== undefined) await endHooks(mountPoint);
  await before?.();
  return runHook(host, { ...request, env: { ...env, ...(mountPoint !== undefined && hookMark(mountPoint)) } });
}

async function mount(host: Host, request: MountRequest): Promise<void> {
  const { target, registration, command, env, timeoutMs } = request;
  const state = await probeMount(host, target);
  if (state === 'alive') return;
  // An unmount takes the directory along: what served the mount may still be storing what was written to it. Where the
  // directory is, a hook has not come to its mount.
  if (state === 'absent' && (await host.files.stat(target)) === undefined) await untilServersEnd(target, timeoutMs);
  await discard(host, target);
  await host.files.makeDirectory(target, 0o700);
  try {
    await runHook(host, { registration, hook: 'mount', command, env: { ...env, ...serverMark(target) }, timeoutMs });
    await untilMounted(host, request);
  } catch (error) {
    await discard(host, target);
    throw error;
  }
}

async function untilMounted(host: Host, { target, registration }: MountRequest): Promise<void> {
  const end = performance.now() + GRACE_MS;
  do {
    if ((await probeMount(host, target)) === 'alive') return;
    await delay(PAUSE_MS);
  } while (performance.now() < end);
  const message = `hook mount of filesystem ${registration.name} ended well, but nothing is mounted at ${target}, or nobody serves it`;
  throw new HostError('EXIT', message);
}

async function unmount(host: Host, request: UnmountRequest): Promise<void> {
  const { target, command, timeoutMs } = request;
  if ((await probeMount(host, target)) === 'dead') await discard(host, target);
  else if (command !== undefined) await runUnmountHook(host, { ...request, command });
  // What the hook has left, or all of it without a hook.
  await unmountStack(host, target);
  await host.files.remove(target);
  await untilServersEnd(target, timeoutMs);
  // What a mount hook that a former driver has left has mounted in its last moment.
  await unmountStack(host, target);
  await host.files.remove(target);
}

async function runUnmountHook(
  host: Host,
  { target, registration, command, timeoutMs }: UnmountRequest & { command: readonly string[] },
): Promise<void> {
  if ((await host.mounts.find(target)) === undefined) return;
  await runHook(host, { registration, hook: 'unmount', command, env: {}, timeoutMs });
}

/** Takes away all mounts at this path, and what serves them, without asking it. */
async function discard(host: Host, target: string): Promise<void> {
  await detachStack(host, target);
  await endServers(target);
}
