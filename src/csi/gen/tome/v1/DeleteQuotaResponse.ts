// Original file: proto/tome.proto


export interface DeleteQuotaResponse {
}

export interface DeleteQuotaResponse__Output {
}
