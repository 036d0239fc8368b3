import type { Schedule } from '../../domain/schedule.ts';
import { madeBy } from '../../scheduler/made-by.ts';
import type { ListSchedulesRequest__Output } from '../gen/tome/v1/ListSchedulesRequest.ts';
import type { ListSchedulesResponse } from '../gen/tome/v1/ListSchedulesResponse.ts';
import type { ScheduleInfo } from '../gen/tome/v1/ScheduleInfo.ts';
import type { SchedulesDeps } from './deps.ts';

/** In the order of their names. */
export async function listSchedules(
  { name }: ListSchedulesRequest__Output,
  deps: SchedulesDeps,
): Promise<ListSchedulesResponse> {
  const { schedules } = deps;
  const found = name === '' ? await schedules.list() : [await schedules.find(name)].filter((one) => one !== undefined);
  return { schedules: await Promise.all(found.map((schedule) => describe(schedule, deps))) };
}

async function describe(schedule: Schedule, { catalog }: SchedulesDeps): Promise<ScheduleInfo> {
  const { spec, status } = schedule;
  const { name, timeZone, selector, keep, together } = spec;
  const made = await madeBy(schedule, catalog);
  return {
    name,
    schedule: spec.schedule,
    timeZone,
    volumes: selector.volumes,
    tags: selector.tags,
    keepCount: keep.count ?? 0,
    keepFor: keep.for ?? '',
    together,
    suspended: spec.suspend,
    nextTime: spec.suspend ? '' : (status.next ?? ''),
    lastTime: status.lastOutcome?.time ?? '',
    lastMade: status.lastOutcome?.made ?? 0,
    problems: [...(status.lastOutcome?.problems ?? []), ...status.kept],
    snapshots: made.toSorted((a, b) => a.cut.time - b.cut.time).map((one) => one.cut.name),
  };
}
