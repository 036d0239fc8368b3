// Original file: proto/tome.proto


export interface DeleteQuotaRequest {
  'name'?: (string);
}

export interface DeleteQuotaRequest__Output {
  'name': (string);
}
