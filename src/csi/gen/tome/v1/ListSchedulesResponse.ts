// Original file: proto/schedules.proto

import type { ScheduleInfo as _tome_v1_ScheduleInfo, ScheduleInfo__Output as _tome_v1_ScheduleInfo__Output } from '../../tome/v1/ScheduleInfo.ts';

export interface ListSchedulesResponse {
  'schedules'?: (_tome_v1_ScheduleInfo)[];
}

export interface ListSchedulesResponse__Output {
  'schedules': (_tome_v1_ScheduleInfo__Output)[];
}
