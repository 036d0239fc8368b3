// Original file: proto/tome.proto


export interface SetQuotaResponse {
}

export interface SetQuotaResponse__Output {
}
