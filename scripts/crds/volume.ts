import { volumeKind } from '../../src/catalog/kubernetes/kinds.ts';
import { answerRefinements, blockHasNoFilesystem, fixed, fixedOptional, fsTypeField, idPatterns } from './fields.ts';
import { identityRefinements, requestRefinements, volumeModeField } from './fields.ts';
import { age, text, wide, type Definition } from './definition.ts';

const nodeName = { description: 'The name of the node.', minLength: 1, maxLength: 253 };
const readOnly = { description: 'Whether it can only be read there.' };

export const volume: Definition = {
  kind: volumeKind,
  singular: 'volume',
  shortNames: ['tvol'],
  description: 'An image file in a pool that is a volume: what it is to be (spec), and what it is (status).',
  namePattern: idPatterns.volume,
  nameRule: 'a Volume is named vol- and 32 hexadecimal digits, the first of the SHA-256 of its spec.name',
  selectable: ['spec.pool'],
  columns: [
    text('PVC', '.spec.claim'),
    text('Size', '.status.sizeText'),
    text('State', '.status.state'),
    text('Node', '.status.node'),
    text('Attached To', '.status.attachedTo'),
    age,
    wide(text('Pool', '.spec.pool')),
    wide(text('FsType', '.spec.fsType')),
    wide(text('UUID', '.spec.uuid')),
    wide(text('Desired', '.spec.desired')),
  ],
  rules: [
    {
      rule: 'self.spec.size >= oldSelf.spec.size || (has(self.status) && self.status.size > 0 && self.spec.size >= self.status.size)',
      message: 'a volume never becomes smaller',
    },
  ],
  spec: {
    '': {
      'x-kubernetes-validations': [
        fixedOptional('fsType', 'the filesystem'),
        fixedOptional('source', 'what the volume was copied from'),
        blockHasNoFilesystem,
      ],
    },
    ...requestRefinements,
    ...identityRefinements("The volume's"),
    size: {
      description: 'Bytes, a multiple of 4096; it can grow.',
      minimum: 4096,
      multipleOf: 4096,
    },
    volumeMode: { ...volumeModeField, default: 'Filesystem' },
    fsType: fsTypeField,
    provisioning: {
      description: 'Whether the image takes its room as it is written, or all at once.',
      default: 'thin',
    },
    exclusive: { description: 'Whether a read-write mount excludes every other mount.', default: false },
    mkfsOptions: {
      description: 'Options with which the filesystem was made.',
      default: [],
      maxItems: 64,
      ...fixed('the options with which the filesystem was made'),
    },
    'mkfsOptions[]': { maxLength: 256 },
    source: { description: 'What the volume is copied from.' },
    'source.kind': { description: 'A volume or a snapshot.' },
    'source.id': { description: 'Its id.', maxLength: 64 },
    tags: { description: 'Names and values that people gave it.', maxProperties: 128 },
    'tags{}': { maxLength: 2048 },
    accessModes: { description: 'The access modes it was made for, in the terms of CSI.', maxItems: 16 },
    claim: { description: 'The PersistentVolumeClaim it was made for: `namespace/name`.', maxLength: 512 },
    attachments: {
      description: 'The nodes that may have it now: one that writes, or any number that read.',
      default: [],
      maxItems: 1024,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['nodeName'],
      'x-kubernetes-validations': [
        {
          rule: 'self.size() <= 1 || self.all(attachment, attachment.readOnly)',
          message: 'one writer or many readers: with more than one attachment, all must be readOnly',
        },
      ],
    },
    'attachments[].nodeName': nodeName,
    'attachments[].readOnly': readOnly,
    unanswered: { description: 'Set when CreateVolume gave up waiting for it: nobody can have used it yet.' },
    'attachments[].accessMode': { description: 'The access mode it was asked for with.' },
  },
  status: {
    ...answerRefinements,
    ready: { description: 'Whether the image is there.' },
    size: { description: 'Bytes of the image as it is; 0 before it exists.' },
    health: { description: 'What is wrong with the volume; empty when nothing is.' },
    'health[].status': { description: 'How bad it is, in the terms of CSI.' },
    'health[].reason': { description: 'What is wrong, in one word.' },
    'health[].message': { description: 'What is wrong, and what to do.' },
    mounts: { description: 'The nodes that have it mounted, as their agents saw it.' },
    'mounts[].nodeName': nodeName,
    'mounts[].readOnly': readOnly,
  },
  shown: {
    state: 'What can be done with it, in one word.',
    node: 'The node that has the image.',
    attachedTo: 'The nodes that have it.',
    sizeText: 'The size for people.',
  },
};
