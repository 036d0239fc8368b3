import { poolKind } from '../../src/catalog/kubernetes/kinds.ts';
import { age, text, wide, type Definition } from './definition.ts';
import { fixed, idField, idPatterns, uuidField } from './fields.ts';

export const pool: Definition = {
  kind: poolKind,
  singular: 'pool',
  shortNames: ['tpool'],
  description:
    'A directory of a node in which images live, the roots of its managed volumes, or what nodes share of a filesystem. Its agent registers it and reports what room it has.',
  selectable: ['spec.agent'],
  columns: [
    text('Node', '.spec.agent'),
    { name: 'Ready', type: 'boolean', jsonPath: '.status.ready' },
    text('Capacity', '.status.capacityText'),
    text('Promised', '.status.promisedText'),
    text('Used', '.status.usedText'),
    text('Available', '.status.availableText'),
    age,
    wide({ name: 'Reflink', type: 'boolean', jsonPath: '.status.reflink' }),
    wide(text('UUID', '.status.uuid')),
  ],
  rules: [
    {
      rule: "self.metadata.name.endsWith('.' + self.spec.name)",
      message: "a Pool is named after its node and itself: <node>.<pool>, with the pool's name as in spec.name",
    },
  ],
  spec: {
    name: {
      description: 'The name a StorageClass gives as `pool`; each node may have a pool of this name.',
      maxLength: 63,
      pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$',
      ...fixed("a pool's name"),
    },
    managedRoots: {
      description: 'Set for the place of managed volumes: the directories beneath which they may be.',
      maxItems: 256,
    },
    'managedRoots[].path': { description: 'Absolute, on each of the nodes.', maxLength: 4095 },
    'managedRoots[].shared': {
      description: 'A distributed filesystem that all nodes of this root have mounted there.',
    },
    filesystem: {
      description: 'Set for the place of what many nodes share of this registered filesystem, which stores elsewhere.',
      maxLength: 63,
    },
    agent: { description: 'The node whose agent acts for the pool.', minLength: 1, maxLength: 253 },
    nodes: { description: "The nodes that reach the pool's data.", maxItems: 5000 },
    discard: {
      description:
        'Volumes that were made elsewhere while nobody acted for the pool; the agent removes what it has of them.',
      maxItems: 1024,
    },
    'discard[].id': idField('The volume.', idPatterns.volume),
    'discard[].uuid': { description: 'The uuid that it had here.', ...uuidField },
    'nodes[]': { minLength: 1, maxLength: 253 },
  },
  status: {
    ready: { description: 'Whether the agent has opened the pool and can work in it.' },
    uuid: { description: 'The uuid in the pool itself.', format: undefined, pattern: undefined },
    reflink: { description: 'Whether copies are instant: the filesystem shares what they have in common.' },
    ioLimits: { description: 'Whether the node can keep volumes to limits on their I/O.' },
    ioLimitsProblem: { description: 'What the node lacks for that; empty when nothing.' },
    capacity: { description: 'Bytes that may be promised in all.' },
    promised: { description: 'Bytes that volumes and snapshots may come to hold.' },
    used: { description: 'Bytes that are written.' },
    available: { description: 'Bytes that may still be promised.' },
    minimumVolumeSize: { description: 'Bytes that a volume must have at least.' },
    maximumVolumeSize: { description: 'Bytes that a volume may have at most.' },
    conditions: { description: 'What is wrong with the pool; empty when nothing is.' },
    'conditions[].status': { description: 'How bad it is, in the terms of CSI.' },
    'conditions[].reason': { description: 'What is wrong, in one word.' },
    'conditions[].message': { description: 'What is wrong, and what to do.' },
    heartbeat: { description: 'When the agent last reported, ISO 8601, to half a minute.' },
  },
  shown: {
    capacityText: 'The capacity for people.',
    promisedText: 'What is promised, for people.',
    usedText: 'What is used, for people.',
    availableText: 'What is available, for people.',
  },
};
