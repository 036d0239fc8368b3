// Original file: proto/schedules.proto


export interface SuspendScheduleRequest {
  'name'?: (string);
  'suspend'?: (boolean);
}

export interface SuspendScheduleRequest__Output {
  'name': (string);
  'suspend': (boolean);
}
