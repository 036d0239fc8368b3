// Original file: proto/schedules.proto


export interface SuspendScheduleResponse {
}

export interface SuspendScheduleResponse__Output {
}
