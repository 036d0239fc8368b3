import { quotaKind } from '../../src/catalog/kubernetes/kinds.ts';
import { age, text, wide, type Definition } from './definition.ts';
import { uuidField } from './fields.ts';

const integerOrText = {
  type: undefined,
  format: undefined,
  minimum: undefined,
  maximum: undefined,
  anyOf: [{ type: 'integer' }, { type: 'string' }],
  'x-kubernetes-int-or-string': true,
};

export const quota: Definition = {
  kind: quotaKind,
  singular: 'quota',
  shortNames: ['tquota'],
  description:
    'How many volumes and snapshots there may be of a namespace, StorageClass and pool, and how large the volumes may be together.',
  selectable: [],
  columns: [
    text('Namespace', '.spec.namespace'),
    text('Class', '.spec.storageClass'),
    text('Pool', '.spec.pool'),
    text('Volumes', '.status.volumesText'),
    text('Size', '.status.sizeText'),
    text('Snapshots', '.status.snapshotsText'),
    age,
    wide({ name: 'Bytes', type: 'integer', jsonPath: '.status.used.bytes' }),
  ],
  rules: [],
  spec: {
    namespace: { description: 'Only what is for claims of this namespace.', minLength: 1, maxLength: 63 },
    storageClass: {
      description: 'Only what is of the StorageClass whose parameter `storageClass` says this.',
      minLength: 1,
      maxLength: 253,
    },
    pool: {
      description: 'Only what is in the pools of this name, or in the Pool resource `<node>.<pool>`.',
      minLength: 1,
      maxLength: 253,
    },
    limits: {
      description: 'What there may be of it all; what is not given is not limited.',
      'x-kubernetes-validations': [
        {
          rule: "!has(self.bytes) || (!quantity(string(self.bytes)).isLessThan(quantity('0')) && quantity(string(self.bytes)).isLessThan(quantity('8Pi')))",
          message: 'bytes is from 0 to less than 8Pi',
        },
      ],
    },
    'limits.volumes': { description: 'Volumes, of any kind.' },
    'limits.bytes': {
      description: 'What volumes may have as their sizes together: bytes, or a size such as 100Gi.',
      pattern: '^[0-9]+(\\.[0-9]+)?([kMGTP]?|[KMGTP]i)$',
      maxLength: 32,
      ...integerOrText,
    },
    'limits.snapshots': { description: 'Snapshots, those of groups too.' },
  },
  status: {
    used: { description: 'What is used. What was deleted since the last count is still in it.' },
    'used.volumes': { description: 'Volumes.' },
    'used.bytes': { description: 'Bytes that volumes have as their sizes together.' },
    'used.snapshots': { description: 'Snapshots.' },
    intents: { description: 'What was counted before it was there.' },
    'intents[].id': { description: 'The resource.', maxLength: 253 },
    'intents[].uuid': { description: "The attempt's uuid.", ...uuidField },
    'intents[].volumes': { description: 'Volumes.' },
    'intents[].bytes': { description: 'Bytes.' },
    'intents[].snapshots': { description: 'Snapshots.' },
    'intents[].since': { description: 'When it was counted, ISO 8601.', format: undefined, pattern: undefined },
    countedFor: { description: 'The spec for which it was last counted; absent before the first count.' },
  },
  shown: {
    volumesText: 'Volumes used, and the limit.',
    sizeText: 'Size used, and the limit.',
    snapshotsText: 'Snapshots used, and the limit.',
  },
};
