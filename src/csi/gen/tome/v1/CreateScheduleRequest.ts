// Original file: proto/schedules.proto


export interface CreateScheduleRequest {
  'name'?: (string);
  'schedule'?: (string);
  'timeZone'?: (string);
  'volumes'?: (string)[];
  'tags'?: ({[key: string]: string});
  'keepCount'?: (number);
  'keepFor'?: (string);
  'together'?: (boolean);
}

export interface CreateScheduleRequest__Output {
  'name': (string);
  'schedule': (string);
  'timeZone': (string);
  'volumes': (string)[];
  'tags': ({[key: string]: string});
  'keepCount': (number);
  'keepFor': (string);
  'together': (boolean);
}
