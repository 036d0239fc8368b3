import { createHash } from 'node:crypto';
import type { DomainEvent } from '../../domain/event.ts';
import { apiGroup, apiVersion } from './kinds.ts';

/** What an Event is about, as the API server knows it. */
export interface InvolvedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
}

/** Events about what is in no namespace are in this one. */
const OF_THE_CLUSTER = 'default';

/** The claim of a volume, where it has one: that is what its owner looks at; else our own resource. */
export function involvedObject({ kind, id, claim, claimUid, ...own }: DomainEvent['about']): InvolvedObject {
  if (own.namespace !== undefined && own.uid !== undefined) {
    return { apiVersion: `${apiGroup}/${apiVersion}`, kind, name: id, namespace: own.namespace, uid: own.uid };
  }
  const [namespace, name] = claim?.split('/') ?? [];
  if (namespace === undefined || name === undefined) return { apiVersion: `${apiGroup}/${apiVersion}`, kind, name: id };
  const uid = claimUid === undefined ? {} : { uid: claimUid };
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, ...uid };
}

export function namespaceOf({ namespace = OF_THE_CLUSTER }: InvolvedObject): string {
  return namespace;
}

/** One name for all that is said of one thing for one reason, whoever says it: said again, it is the same Event. */
export function eventName(object: InvolvedObject, { about, reason, type }: DomainEvent): string {
  const said = [object.kind, object.uid ?? '', about.kind, about.id, type, reason].join('/');
  return `${object.name}.${createHash('sha256').update(said).digest('hex').slice(0, 16)}`;
}

/** The body of the first of its kind. */
export function newEvent(object: InvolvedObject, event: DomainEvent, at: Date, host: string | undefined): object {
  const { type, reason, message } = event;
  const component = 'tome-csi';
  const time = secondsOf(at);
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: eventName(object, event), namespace: namespaceOf(object) },
    involvedObject: object,
    ...{ type, reason, message, count: 1, firstTimestamp: time, lastTimestamp: time },
    source: { component, ...(host === undefined ? {} : { host }) },
    reportingComponent: component,
    reportingInstance: host ?? '',
  };
}

/** What changes of it when it is said again, beside its count. */
export function eventAgain({ message }: DomainEvent, at: Date): object {
  return { message, lastTimestamp: secondsOf(at) };
}

/** Times of Events have no fractions. */
function secondsOf(at: Date): string {
  return at.toISOString().replace(/\.\d+Z$/, 'Z');
}
