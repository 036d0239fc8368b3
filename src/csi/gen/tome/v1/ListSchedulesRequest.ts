// Original file: proto/schedules.proto


export interface ListSchedulesRequest {
  'name'?: (string);
}

export interface ListSchedulesRequest__Output {
  'name': (string);
}
