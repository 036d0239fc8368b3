import { VolumeError } from '../../domain/errors.ts';
import type { Schedule } from '../../domain/schedule.ts';
import type { SchedulesDeps } from './deps.ts';

/** Throws NotFound. */
export async function requireSchedule({ schedules }: SchedulesDeps, name: string): Promise<Schedule> {
  const schedule = await schedules.find(name);
  if (schedule === undefined) throw new VolumeError('NotFound', `there is no schedule ${name}`);
  return schedule;
}
