import { implement, type Service } from '../server/implement.ts';
import { createSchedule } from './create-schedule.ts';
import { deleteSchedule } from './delete-schedule.ts';
import type { SchedulesDeps } from './deps.ts';
import { listSchedules } from './list-schedules.ts';
import { runSchedule } from './run-schedule.ts';
import { suspendSchedule } from './suspend-schedule.ts';

/** tome.v1.Schedules: scheduled snapshots of one machine. */
export function schedulesService(deps: SchedulesDeps): Service {
  return implement('tome.v1.Schedules', {
    createSchedule: (request) => createSchedule(request, deps),
    listSchedules: (request) => listSchedules(request, deps),
    suspendSchedule: (request) => suspendSchedule(request, deps),
    runSchedule: (request, call) => runSchedule(request, deps, call),
    deleteSchedule: (request) => deleteSchedule(request, deps),
  });
}
