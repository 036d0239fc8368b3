import { snapshotScheduleSpecSchema, snapshotScheduleStatusSchema } from '../../src/domain/snapshot-schedule.ts';
import { age, text, wide, type Definition } from './definition.ts';
import { selectorFields } from './selector.ts';

export const snapshotSchedule: Definition = {
  kind: {
    name: 'SnapshotSchedule',
    plural: 'snapshotschedules',
    spec: snapshotScheduleSpecSchema,
    status: snapshotScheduleStatusSchema,
    emptyStatus: { conditions: [] },
  },
  scope: 'Namespaced',
  singular: 'snapshotschedule',
  shortNames: ['tss'],
  description: 'VolumeSnapshots of claims of its namespace at set times, and which of them stay.',
  namePattern: '^[a-z0-9]([-a-z0-9]{0,50}[a-z0-9])?$',
  nameRule: 'the name of a SnapshotSchedule has up to 52 small letters, digits and dashes: it is part of other names',
  selectable: [],
  columns: [
    text('Schedule', '.spec.schedule'),
    { name: 'Suspended', type: 'boolean', jsonPath: '.spec.suspend' },
    text('Ready', '.status.conditions[?(@.type=="Ready")].status'),
    text('Last', '.status.lastOutcome.time'),
    { name: 'Made', type: 'integer', jsonPath: '.status.lastOutcome.made' },
    text('Next', '.status.next'),
    age,
    wide(text('Time zone', '.spec.timeZone')),
    wide(text('Message', '.status.conditions[?(@.type=="Ready")].message')),
  ],
  rules: [],
  spec: {
    schedule: {
      description: 'Minute, hour, day, month and day of the week, as cron has them, or one such as @daily.',
      minLength: 1,
      maxLength: 256,
    },
    timeZone: { description: 'Of the IANA database, such as Europe/Berlin.', minLength: 1, maxLength: 128 },
    ...selectorFields('claimSelector'),
    snapshotClassName: {
      description:
        'The VolumeSnapshotClass, with `together` the VolumeGroupSnapshotClass; absent means the default one.',
      minLength: 1,
      maxLength: 253,
    },
    keep: {
      description: 'Which snapshots stay: those that any of these keeps, and the newest of each claim always.',
      'x-kubernetes-validations': [
        { rule: 'has(self.count) || has(self.for)', message: 'say which snapshots stay: give count, for, or both' },
      ],
    },
    'keep.count': { description: 'So many of the newest, of each claim.', minimum: 1, maximum: 1_000_000 },
    'keep.for': {
      description: 'All that are younger than this, such as 12h or 30d.',
      maxLength: 16,
      pattern: '^[1-9][0-9]{0,5}[mhdw]$',
    },
    suspend: { description: 'While it is true nothing is made and nothing deleted.' },
    together: { description: 'All claims at one moment, as one VolumeGroupSnapshot.' },
  },
  status: {
    counting: { description: 'Since when times count, and by which rule.' },
    'counting.from': { description: 'ISO 8601.' },
    'counting.rule': { description: 'The rule that it is for.' },
    lastTime: { description: 'The newest time that is done with, ISO 8601.' },
    lastOutcome: { description: 'What the newest time has led to.' },
    'lastOutcome.time': { description: 'The time, ISO 8601.' },
    'lastOutcome.made': { description: 'How many objects were made.' },
    'lastOutcome.problems': { description: 'What could not be made.' },
    next: { description: 'When it makes the next ones, ISO 8601; absent while it is suspended.' },
    conditions: {
      description: 'Ready: whether it does all it should.',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['type'],
    },
    'conditions[].type': { description: 'Ready.' },
    'conditions[].status': { description: 'Whether it is so.' },
    'conditions[].reason': { description: 'Active, Suspended, Failing or Invalid.' },
    'conditions[].message': { description: 'What is wrong.' },
    'conditions[].lastTransitionTime': { description: 'When its status last changed.' },
  },
  shown: {},
};
