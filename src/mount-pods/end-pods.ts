import type { UnmountRequest } from '../filesystem/registered/mounter.ts';
import type { MountPodDeps } from './deps.ts';
import { ROLE, VOLUME } from './settings.ts';
import { unmountPod } from './unmount-pod.ts';

/** Mounter.endPods: what the API server has of them counts, since one that has not started yet leaves no trace on the node. */
export async function endPods(deps: MountPodDeps, request: UnmountRequest): Promise<void> {
  const { host, client, settings } = deps;
  const { target, volumeId, timeoutMs } = request;
  const pods = await client.list({ ...settings.labels, [VOLUME]: volumeId }, settings.nodeName);
  const isMount = pods.some(({ metadata }) => metadata.labels[ROLE] === 'mount');
  if (isMount || (await host.mounts.find(target)) !== undefined) await unmountPod(deps, request);
  for (const { metadata } of pods) {
    if (metadata.labels[ROLE] === 'mount') continue;
    await client.removeAndWait(metadata.name, timeoutMs);
    await client.remove('secrets', metadata.name);
  }
}
