// Original file: proto/tome.proto


export interface ModifySnapshotResponse {
}

export interface ModifySnapshotResponse__Output {
}
