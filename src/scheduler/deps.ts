import type { Logger } from 'pino';
import type { Collection } from '../catalog/catalog.ts';
import type { ControllerDeps } from '../csi/controller/deps.ts';
import type { Schedule } from '../domain/schedule.ts';
import type { Clock } from '../schedule/clock.ts';

export interface SchedulerDeps {
  readonly schedules: Collection<Schedule>;
  readonly controller: ControllerDeps;
  readonly clock: Clock;
  readonly log: Logger;
}
