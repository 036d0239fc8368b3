// Original file: proto/tome.proto


export interface CreateTemplatesResponse {
}

export interface CreateTemplatesResponse__Output {
}
