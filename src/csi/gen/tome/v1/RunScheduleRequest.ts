// Original file: proto/schedules.proto


export interface RunScheduleRequest {
  'name'?: (string);
  'time'?: (string);
}

export interface RunScheduleRequest__Output {
  'name': (string);
  'time': (string);
}
