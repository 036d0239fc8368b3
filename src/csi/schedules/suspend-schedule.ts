import { modify } from '../../catalog/modify.ts';
import type { SuspendScheduleRequest__Output } from '../gen/tome/v1/SuspendScheduleRequest.ts';
import type { SuspendScheduleResponse } from '../gen/tome/v1/SuspendScheduleResponse.ts';
import type { SchedulesDeps } from './deps.ts';
import { requireSchedule } from './require-schedule.ts';

/** While it is suspended it makes nothing and deletes nothing; what passed meanwhile is not made up. Safe to repeat. */
export async function suspendSchedule(
  { name, suspend }: SuspendScheduleRequest__Output,
  deps: SchedulesDeps,
): Promise<SuspendScheduleResponse> {
  const { id } = await requireSchedule(deps, name);
  await modify(deps.schedules, id, ({ spec }) => (spec.suspend === suspend ? undefined : { ...spec, suspend }));
  return {};
}
