// Original file: proto/tome.proto


export interface Attachment {
  'node'?: (string);
  'readOnly'?: (boolean);
  'paths'?: (string)[];
}

export interface Attachment__Output {
  'node': (string);
  'readOnly': (boolean);
  'paths': (string)[];
}
