import { snapshotKind } from '../../src/catalog/kubernetes/kinds.ts';
import { age, text, wide, type Definition } from './definition.ts';
import { answerRefinements, blockHasNoFilesystem, fixed, fixedOptional, fsTypeField } from './fields.ts';
import { deleteLockField, idField, idPatterns, identityRefinements, requestRefinements } from './fields.ts';
import { volumeModeField } from './fields.ts';

export const snapshot: Definition = {
  kind: snapshotKind,
  singular: 'snapshot',
  shortNames: ['tsnap'],
  description: 'An immutable image of a volume at one moment, from which volumes are made.',
  namePattern: idPatterns.snapshot,
  nameRule: 'a Snapshot is named snap- and 32 hexadecimal digits, the first of the SHA-256 of its spec.name',
  selectable: ['spec.pool', 'spec.sourceVolumeId', 'spec.groupId'],
  columns: [
    text('Volume', '.spec.sourceVolumeId'),
    text('Size', '.status.sizeText'),
    text('State', '.status.state'),
    text('Pool', '.spec.pool'),
    age,
    wide(text('Group', '.spec.groupId')),
    wide(text('FsType', '.spec.fsType')),
    wide(text('UUID', '.spec.uuid')),
    wide(text('Desired', '.spec.desired')),
  ],
  rules: [],
  spec: {
    '': {
      'x-kubernetes-validations': [
        fixedOptional('fsType', 'the filesystem'),
        fixedOptional('groupId', 'the group that a snapshot is part of'),
        blockHasNoFilesystem,
      ],
    },
    ...requestRefinements,
    ...identityRefinements("The snapshot's"),
    sourceVolumeId: {
      ...idField('The volume that it is of.', idPatterns.volume),
      ...fixed('the volume that a snapshot is of'),
    },
    claim: { description: 'The claim that the volume was for, `namespace/name`; quotas count by it.', maxLength: 320 },
    storageClass: {
      description: "What the parameter `storageClass` of the volume's class says; quotas count by it.",
      maxLength: 253,
    },
    volumeMode: { ...volumeModeField, default: 'Filesystem' },
    fsType: fsTypeField,
    deleteLock: deleteLockField,
    tags: { description: 'Names and values that people gave it.', maxProperties: 128 },
    'tags{}': { maxLength: 2048 },
    groupId: idField('The group it was cut with; then it is deleted only with that.', idPatterns.group),
  },
  status: {
    ...answerRefinements,
    ready: { description: 'Whether it is cut and volumes can be made from it.' },
    size: { description: 'Bytes that a volume restored from it needs at least.' },
    heldBytes: { description: 'Bytes that its image held at the cut: what it counts for in the pool.' },
    creationTime: { description: 'The moment of the cut, ISO 8601.' },
  },
  shown: {
    state: 'What can be done with it, in one word.',
    node: 'The node that has the image.',
    sizeText: 'The size for people.',
  },
};
