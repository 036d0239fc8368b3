import type { ObjectClient } from '../catalog/kubernetes/object-client.ts';
import type { EventRecorder } from '../domain/event.ts';
import type { ClaimImport } from '../domain/volume-import.ts';
import type { Claim } from './objects.ts';
import type { PopulatorSettings } from './settings.ts';
import { shownText } from './shown-source.ts';

/** What it takes to make a volume in the driver's namespace, and to give it to a claim in another. */
export interface Cluster {
  readonly client: ObjectClient;
  readonly settings: { readonly namespace: string };
  readonly events: EventRecorder;
}

export interface PopulatorDeps extends Cluster {
  readonly settings: PopulatorSettings;
  readonly driverName: string;
  readonly now: () => number;
}

/** How far it is; undefined when there is nothing more to do for a claim. */
export type State = Pick<ClaimImport, 'state' | 'message'> | undefined;

/** An event on the claim, which more people may read than the import. */
export function tell(
  { metadata }: Claim,
  { events }: Pick<Cluster, 'events'>,
  { type, reason, message }: { readonly type: 'Normal' | 'Warning'; readonly reason: string; readonly message: string },
): void {
  const claim = `${metadata.namespace}/${metadata.name}`;
  events.record({
    about: { kind: 'Volume', id: claim, claim, claimUid: metadata.uid },
    type,
    reason,
    message: shownText(message),
  });
}
