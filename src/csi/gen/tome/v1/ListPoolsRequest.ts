// Original file: proto/tome.proto


export interface ListPoolsRequest {
}

export interface ListPoolsRequest__Output {
}
