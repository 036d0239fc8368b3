// Original file: proto/schedules.proto


export interface RunScheduleResponse {
  'made'?: (number);
  'problems'?: (string)[];
}

export interface RunScheduleResponse__Output {
  'made': (number);
  'problems': (string)[];
}
