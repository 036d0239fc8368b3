// Original file: proto/schedules.proto


export interface DeleteScheduleResponse {
}

export interface DeleteScheduleResponse__Output {
}
