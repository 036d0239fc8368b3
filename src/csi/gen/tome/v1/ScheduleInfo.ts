// Original file: proto/schedules.proto


export interface ScheduleInfo {
  'name'?: (string);
  'schedule'?: (string);
  'timeZone'?: (string);
  'volumes'?: (string)[];
  'tags'?: ({[key: string]: string});
  'keepCount'?: (number);
  'keepFor'?: (string);
  'together'?: (boolean);
  'suspended'?: (boolean);
  'nextTime'?: (string);
  'lastTime'?: (string);
  'lastMade'?: (number);
  'problems'?: (string)[];
  'snapshots'?: (string)[];
}

export interface ScheduleInfo__Output {
  'name': (string);
  'schedule': (string);
  'timeZone': (string);
  'volumes': (string)[];
  'tags': ({[key: string]: string});
  'keepCount': (number);
  'keepFor': (string);
  'together': (boolean);
  'suspended': (boolean);
  'nextTime': (string);
  'lastTime': (string);
  'lastMade': (number);
  'problems': (string)[];
  'snapshots': (string)[];
}
