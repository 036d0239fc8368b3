import { VolumeError } from '../../domain/errors.ts';
import type { Keep, ScheduleSpec } from '../../domain/schedule.ts';
import { parseCron } from '../../schedule/cron.ts';
import { parseKeep } from '../../schedule/retention.ts';
import type { CreateScheduleRequest__Output } from '../gen/tome/v1/CreateScheduleRequest.ts';

/** What a request asks for. */
export type Wish = Pick<ScheduleSpec, 'name' | 'schedule' | 'timeZone' | 'selector' | 'keep' | 'together'>;

const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** Throws InvalidArgument, saying what to write. */
export function parseSchedule(request: CreateScheduleRequest__Output): Wish {
  const { name, schedule, timeZone, together } = request;
  if (!NAME.test(name)) {
    const rule = 'up to 63 small letters, digits and dashes, with a letter or digit at both ends';
    throw new VolumeError('InvalidArgument', `"${name}" cannot be the name of a schedule: write ${rule}`);
  }
  parseCron(schedule, timeZone);
  return { name, schedule, timeZone, selector: selectorOf(request), keep: keepOf(request), together };
}

function selectorOf({ volumes, tags }: CreateScheduleRequest__Output): Wish['selector'] {
  const hasTags = Object.keys(tags).length > 0;
  if (volumes.length > 0 === hasTags) {
    throw new VolumeError('InvalidArgument', 'say which volumes: either their names or tags, and not both');
  }
  return { volumes: [...new Set(volumes)], tags };
}

function keepOf({ keepCount, keepFor }: CreateScheduleRequest__Output): Keep {
  if (keepCount < 0) throw new VolumeError('InvalidArgument', 'the number of snapshots to keep must be 1 or more');
  const keep = { ...(keepCount > 0 && { count: keepCount }), ...(keepFor !== '' && { for: keepFor }) };
  parseKeep(keep);
  return keep;
}
