import { templateKind } from '../../src/catalog/kubernetes/template-kind.ts';
import { age, text, wide, type Definition } from './definition.ts';
import { deleteLockField, fixed, fixedOptional } from './fields.ts';

const name = { description: 'Its name.', minLength: 1, maxLength: 253 };
const namespace = { description: 'Its namespace.', minLength: 1, maxLength: 63 };

export const volumeTemplate: Definition = {
  kind: templateKind,
  singular: 'volumetemplate',
  shortNames: ['ttmpl'],
  description: 'A template of this name, from which volumes are cloned: a StorageClass names it with `template`.',
  selectable: [],
  columns: [
    text('State', '.status.state'),
    text('Size', '.status.sizeText'),
    text('Node', '.status.node'),
    { name: 'Clones', type: 'integer', jsonPath: '.status.clones' },
    { name: 'Locked', type: 'boolean', jsonPath: '.spec.deleteLock' },
    age,
    wide(text('Message', '.status.message')),
    wide(text('Snapshot', '.status.snapshot')),
  ],
  rules: [],
  spec: {
    '': { 'x-kubernetes-validations': [fixedOptional('group', 'the group that has made it')] },
    group: {
      description: 'The VolumeTemplateGroup that has made the template; one that is not there is not made then.',
      minLength: 1,
      maxLength: 253,
    },
    source: {
      description: 'What it is made of: one of these.',
      'x-kubernetes-validations': [
        {
          rule: '[has(self.volume), has(self.snapshot), has(self.persistentVolumeClaim), has(self.volumeSnapshot)].filter(one, one).size() == 1',
          message: 'spec.source names one thing: volume, snapshot, persistentVolumeClaim or volumeSnapshot',
        },
        ...['volume', 'snapshot', 'persistentVolumeClaim', 'volumeSnapshot'].map((field) =>
          fixedOptional(field, 'what a template is made of'),
        ),
      ],
    },
    'source.volume': { description: 'A Volume resource.', minLength: 1, maxLength: 253 },
    'source.snapshot': { description: 'A Snapshot resource.', minLength: 1, maxLength: 253 },
    'source.persistentVolumeClaim': { description: 'A claim that is bound to a volume of the driver.' },
    'source.persistentVolumeClaim.namespace': namespace,
    'source.persistentVolumeClaim.name': name,
    'source.volumeSnapshot': { description: 'A VolumeSnapshot of the driver.' },
    'source.volumeSnapshot.namespace': namespace,
    'source.volumeSnapshot.name': name,
    convert: {
      description: 'The volume itself becomes the template, and is no volume any more: nobody may use it.',
      ...fixed('whether a volume is converted'),
    },
    deleteLock: deleteLockField,
    tags: { description: 'Names and values of the template.', maxProperties: 64 },
    'tags{}': { maxLength: 256 },
    desired: { description: 'Whether it is to be there; readers see Absent once it is deleted.' },
  },
  status: {
    state: { description: 'What can be done with it, in one word.' },
    message: { description: 'Why it is not ready, or not gone.' },
    snapshot: { description: 'The Snapshot resource that it is.' },
    uuid: { description: 'The uuid of that; another one of its name is not it.' },
    size: { description: 'Bytes that a volume cloned from it needs at least.' },
    node: { description: 'The node that has the image.' },
    clones: { description: 'How many volumes are clones of it.' },
  },
  shown: { sizeText: 'The size for people.' },
};
