import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { ConflictError } from '../../catalog/catalog.ts';
import { VolumeError } from '../../domain/errors.ts';
import { newSchedule } from '../../domain/schedule.ts';
import type { CreateScheduleRequest__Output } from '../gen/tome/v1/CreateScheduleRequest.ts';
import type { CreateScheduleResponse } from '../gen/tome/v1/CreateScheduleResponse.ts';
import type { SchedulesDeps } from './deps.ts';
import { parseSchedule, type Wish } from './parse-schedule.ts';

/** Its first time is the next one from now. A repeated call finds it; one that asks for anything else is AlreadyExists. */
export async function createSchedule(
  request: CreateScheduleRequest__Output,
  { schedules, now }: SchedulesDeps,
): Promise<CreateScheduleResponse> {
  const wish = parseSchedule(request);
  const { name } = wish;
  const spec = { ...wish, uuid: randomUUID(), suspend: false, created: new Date(now()).toISOString() };
  try {
    await schedules.create(name, spec, newSchedule);
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    const present = await schedules.find(name);
    if (present === undefined || !isDeepStrictEqual(wishOf(present.spec), wish)) {
      throw new VolumeError('AlreadyExists', `schedule ${name} is there already: remove it, or choose another name`);
    }
    await schedules.durable();
  }
  return {};
}

function wishOf({ name, schedule, timeZone, selector, keep, together }: Wish): Wish {
  return { name, schedule, timeZone, selector, keep, together };
}
