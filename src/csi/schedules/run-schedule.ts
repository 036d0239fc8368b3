import { VolumeError } from '../../domain/errors.ts';
import type { RunScheduleRequest__Output } from '../gen/tome/v1/RunScheduleRequest.ts';
import type { RunScheduleResponse } from '../gen/tome/v1/RunScheduleResponse.ts';
import type { Call } from '../server/unary.ts';
import type { SchedulesDeps } from './deps.ts';
import { requireSchedule } from './require-schedule.ts';

/** Answers when all of it is made or refused; throws Aborted before that. Safe to repeat with the same time. */
export async function runSchedule(
  { name, time }: RunScheduleRequest__Output,
  deps: SchedulesDeps,
  call: Call,
): Promise<RunScheduleResponse> {
  const moment = Date.parse(time);
  if (Number.isNaN(moment)) {
    throw new VolumeError('InvalidArgument', `time "${time}" is none: write it as 2026-11-21T03:00:00Z`);
  }
  const { made, problems } = await deps.scheduler.run(await requireSchedule(deps, name), moment, call);
  return { made, problems };
}
