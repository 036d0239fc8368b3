// Original file: proto/tome.proto


export interface DeleteTemplateResponse {
}

export interface DeleteTemplateResponse__Output {
}
