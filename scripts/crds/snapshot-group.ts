import { groupKind } from '../../src/catalog/kubernetes/kinds.ts';
import { age, text, wide, type Definition } from './definition.ts';
import { answerRefinements, fixed, idField, idPatterns, identityRefinements } from './fields.ts';
import { requestRefinements, uuidField } from './fields.ts';

export const snapshotGroup: Definition = {
  kind: groupKind,
  singular: 'snapshotgroup',
  shortNames: ['tsg'],
  description: 'Snapshots of several volumes, cut at one moment: all of them or none.',
  namePattern: idPatterns.group,
  nameRule: 'a SnapshotGroup is named group- and 32 hexadecimal digits, the first of the SHA-256 of its spec.name',
  selectable: ['spec.pool'],
  columns: [
    { name: 'Members', type: 'integer', jsonPath: '.status.memberCount' },
    text('State', '.status.state'),
    text('Pool', '.spec.pool'),
    age,
    wide(text('UUID', '.spec.uuid')),
    wide(text('Desired', '.spec.desired')),
  ],
  rules: [],
  spec: {
    ...requestRefinements,
    ...identityRefinements("The group's"),
    members: {
      description: 'Its snapshots.',
      maxItems: 256,
      ...fixed('the snapshots of a group'),
    },
    'members[].sourceVolumeId': idField('The volume.', idPatterns.volume),
    'members[].snapshotId': idField('Its snapshot, or its template.', '^(snap|tmpl)-[0-9a-f]{32}$'),
    'members[].uuid': { description: "The snapshot's uuid.", ...uuidField },
    'members[].template': { description: 'Set for a template: its name.', minLength: 1, maxLength: 1024 },
    'members[].convertedUuid': {
      description: 'Set for a template that takes the place of its volume: the uuid of that.',
      ...uuidField,
    },
    deleteLock: { description: 'Whether its templates have a delete lock.' },
    tags: { description: 'Of its templates.', maxProperties: 128 },
    'tags{}': { maxLength: 2048 },
  },
  status: {
    ...answerRefinements,
    ready: { description: 'Whether all of them are cut and in the catalog.' },
    creationTime: { description: 'The moment of the cut, ISO 8601.' },
  },
  shown: {
    state: 'What can be done with it, in one word.',
    node: 'The node that has the images.',
    memberCount: 'How many snapshots it has.',
  },
};
