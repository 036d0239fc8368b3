import { createHash } from 'node:crypto';

/** Kubernetes takes the name of a pod as a host name, too. */
const LONGEST = 63;

/** The pod that has the volume mounted on the node. The same for each call, so that there is never a second one. */
export function mountPodName(volumeId: string, nodeName: string): string {
  return podName('mount', volumeId, nodeName);
}

/** The pod that runs a hook of the volume on the node to its end. */
export function hookPodName(hook: string, volumeId: string, nodeName: string): string {
  return podName(`hook-${hook.toLowerCase()}`, volumeId, nodeName);
}

/** The volume's id can be read in it; names of nodes can be too long, and have dots. */
function podName(role: string, volumeId: string, nodeName: string): string {
  const hash = createHash('sha256').update(`${volumeId}\n${nodeName}`).digest('hex');
  const readable = `${role}-${volumeId}-${hash.slice(0, 8)}`;
  return readable.length <= LONGEST ? readable : `${role}-${hash.slice(0, 32)}`;
}
