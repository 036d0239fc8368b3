import type { Logger } from 'pino';
import type { SqliteCatalog } from '../catalog/sqlite/open-sqlite-catalog.ts';
import type { ControllerDeps } from '../csi/controller/deps.ts';
import { NodeTurns } from '../csi/controller/node-turns.ts';
import { schedulesService } from '../csi/schedules/service.ts';
import type { Service } from '../csi/server/implement.ts';
import { systemClock } from '../schedule/clock.ts';
import { Scheduler } from '../scheduler/scheduler.ts';

export type SchedulesParts = Omit<ControllerDeps, 'turns' | 'now'> & {
  readonly catalog: SqliteCatalog;
  readonly log: Logger;
};

/** Makes snapshots at set times for as long as it runs; the service is what the command line tells it by. */
export async function startSchedules(
  { log, ...parts }: SchedulesParts,
  running: AsyncDisposableStack,
): Promise<Service> {
  const { catalog } = parts;
  const clock = systemClock();
  const { now } = clock;
  const controller: ControllerDeps = { ...parts, turns: new NodeTurns(), now };
  const { schedules } = catalog;
  const scheduler = new Scheduler({ schedules, controller, clock, log });
  running.defer(() => scheduler.stop());
  await scheduler.start();
  return schedulesService({ catalog, schedules, scheduler, now });
}
