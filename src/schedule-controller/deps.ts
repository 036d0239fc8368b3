import type { Logger } from 'pino';
import type { Catalog } from '../catalog/catalog.ts';
import type { EventRecorder } from '../domain/event.ts';
import type { Clock } from '../schedule/clock.ts';
import type { ObjectClient } from '../catalog/kubernetes/object-client.ts';

export interface ScheduleControllerDeps {
  readonly client: ObjectClient;
  /** Asked for delete locks alone. */
  readonly catalog: Pick<Catalog, 'snapshots'>;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly log: Logger;
}
