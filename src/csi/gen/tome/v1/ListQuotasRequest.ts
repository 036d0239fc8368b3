// Original file: proto/tome.proto


export interface ListQuotasRequest {
  'name'?: (string);
}

export interface ListQuotasRequest__Output {
  'name': (string);
}
