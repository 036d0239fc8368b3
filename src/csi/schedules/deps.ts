import type { Catalog, Collection } from '../../catalog/catalog.ts';
import type { Schedule } from '../../domain/schedule.ts';
import type { Scheduler } from '../../scheduler/scheduler.ts';

export interface SchedulesDeps {
  readonly catalog: Catalog;
  readonly schedules: Collection<Schedule>;
  readonly scheduler: Pick<Scheduler, 'run'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}
