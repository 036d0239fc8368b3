import { snapshotKind } from '../../src/catalog/kubernetes/kinds.ts';
import { age, text, wide, type Definition } from './definition.ts';
import { answerRefinements, blockHasNoFilesystem, fixed, fixedOptional, fsTypeField } from './fields.ts';
import { deleteLockField, idField, idPatterns, identityRefinements, requestRefinements } from './fields.ts';
import { uuidField, volumeModeField } from './fields.ts';

export const snapshot: Definition = {
  kind: snapshotKind,
  singular: 'snapshot',
  shortNames: ['tsnap'],
  description: 'An immutable image of a volume at one moment, from which volumes are made.',
  selectable: ['spec.pool', 'spec.sourceVolumeId', 'spec.groupId'],
  columns: [
    text('Volume', '.spec.sourceVolumeId'),
    text('Size', '.status.sizeText'),
    text('State', '.status.state'),
    text('Pool', '.spec.pool'),
    age,
    wide(text('Group', '.spec.groupId')),
    wide(text('Template', '.spec.template')),
    wide(text('FsType', '.spec.fsType')),
    wide(text('UUID', '.spec.uuid')),
    wide(text('Desired', '.spec.desired')),
  ],
  rules: [
    {
      rule: `self.metadata.name.matches(has(self.spec.template) ? '${idPatterns.template}' : '${idPatterns.snapshot}')`,
      message:
        'a Snapshot is named snap-, and one that is a template tmpl-, and 32 hexadecimal digits, the first of the SHA-256 of its spec.name',
    },
  ],
  spec: {
    '': {
      'x-kubernetes-validations': [
        fixedOptional('fsType', 'the filesystem'),
        fixedOptional('groupId', 'the group that a snapshot is part of'),
        fixedOptional('template', 'the name of a template'),
        fixedOptional('sourceSnapshotId', 'what a template is made of'),
        fixedOptional('convertedUuid', 'what a template has taken the place of'),
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
    template: { description: 'Set for a template: its name.', minLength: 1, maxLength: 1024 },
    sourceSnapshotId: idField('Set for a template that is a copy of a snapshot.', idPatterns.snapshot),
    convertedUuid: {
      description: 'Set for a template that has taken the place of its source volume: the uuid of that.',
      ...uuidField,
    },
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
