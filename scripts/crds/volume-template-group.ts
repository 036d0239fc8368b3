import { templateGroupKind } from '../../src/catalog/kubernetes/template-group-kind.ts';
import { age, text, wide, type Definition } from './definition.ts';
import { deleteLockField, fixed, fixedOptional, uuidField } from './fields.ts';
import { selectorFields } from './selector.ts';

const name = { description: 'Its name.', minLength: 1, maxLength: 253 };
const namespace = { description: 'Their namespace.', minLength: 1, maxLength: 63 };
const what = 'what a group of templates is made of';

export const volumeTemplateGroup: Definition = {
  kind: templateGroupKind,
  singular: 'volumetemplategroup',
  shortNames: ['ttg'],
  description: 'Templates of several volumes, made at one moment: all of them or none. Each is a VolumeTemplate then.',
  selectable: [],
  columns: [
    text('State', '.status.state'),
    { name: 'Templates', type: 'integer', jsonPath: '.status.memberCount' },
    text('Time', '.status.creationTime'),
    { name: 'Convert', type: 'boolean', jsonPath: '.spec.convert' },
    age,
    wide(text('Message', '.status.message')),
  ],
  rules: [],
  spec: {
    source: {
      description: 'Whose volumes: one of these.',
      'x-kubernetes-validations': [
        {
          rule: '[has(self.pod), has(self.claims)].filter(one, one).size() == 1',
          message: 'spec.source names one thing: pod or claims',
        },
        fixedOptional('pod', what),
        fixedOptional('claims', what),
      ],
    },
    'source.pod': { description: 'All claims of a pod, also those that were made for it.' },
    'source.pod.namespace': namespace,
    'source.pod.name': name,
    'source.claims': { description: 'Claims of a namespace.' },
    'source.claims.namespace': namespace,
    ...selectorFields('source.claims.selector'),
    convert: {
      description: 'The volumes themselves become the templates, and are no volumes any more: nobody may use one.',
      ...fixed('whether volumes are converted'),
    },
    names: {
      description: 'What each template is called: {group} and {claim} are the names of this resource and of the claim.',
      minLength: 7,
      maxLength: 253,
      pattern: String.raw`\{claim\}`,
      ...fixed('what templates are called'),
    },
    deleteLock: { ...deleteLockField, ...fixed('the lock that templates are made with') },
    tags: {
      description: 'Names and values that each template gets.',
      maxProperties: 64,
      ...fixed('the tags that templates are made with'),
    },
    'tags{}': { maxLength: 256 },
    desired: { description: 'Whether it is to be there; readers see Absent once it is deleted.' },
  },
  status: {
    state: { description: 'Whether the templates are there, in one word.' },
    message: { description: 'Why they are not.' },
    members: { description: 'What is made of what; decided before anything is made.' },
    'members[].claim': { description: 'The PersistentVolumeClaim.' },
    'members[].volume': { description: 'Its Volume resource.' },
    'members[].template': { description: 'The VolumeTemplate resource, and its template.' },
    'members[].uuid': { description: 'What that template is known by.', ...uuidField },
    leftOut: { description: 'Claims that are not of this driver.' },
    creationTime: { description: 'The moment of the cut, ISO 8601.' },
  },
  shown: { memberCount: 'How many templates it makes.' },
};
