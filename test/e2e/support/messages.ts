import type { CoreV1Event, KubernetesObject } from '@kubernetes/client-node';
import { events } from './kinds.ts';
import { list, type Reference, type Selection } from './objects.ts';

/** What a person reads in `kubectl describe` about an object: type, reason and message of each event. */
export async function messagesAbout(reference: Reference<KubernetesObject>): Promise<readonly string[]> {
  return (await list(events, eventsOf(reference))).map(messageOf);
}

export function messageOf({ type, reason, message }: CoreV1Event): string {
  return `${type ?? ''} ${reason ?? ''}: ${message ?? ''}`;
}

/** Events about objects without a namespace are in `default`. */
export function eventsOf({ kind, name, namespace = 'default' }: Reference<KubernetesObject>): Selection {
  return { namespace, fieldSelector: `involvedObject.kind=${kind.kind},involvedObject.name=${name}` };
}
