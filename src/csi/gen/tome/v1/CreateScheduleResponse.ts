// Original file: proto/schedules.proto


export interface CreateScheduleResponse {
}

export interface CreateScheduleResponse__Output {
}
