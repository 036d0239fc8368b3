import type { ScheduleInfo__Output } from '../../csi/gen/tome/v1/ScheduleInfo.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';

/** The schedule of this name. Throws CliError when there is none. */
export async function requireSchedule({ driver, terminal }: Context, name: string): Promise<ScheduleInfo__Output> {
  const { signal } = terminal;
  const [schedule] = name === '' ? [] : (await driver.schedules.listSchedules({ name }, { signal })).schedules;
  if (schedule === undefined) throw new CliError(`there is no schedule ${name}`, 'see what there is: tome schedule ls');
  return schedule;
}
