// Original file: proto/tome.proto


export interface DeleteTemplateRequest {
  'templateId'?: (string);
}

export interface DeleteTemplateRequest__Output {
  'templateId': (string);
}
