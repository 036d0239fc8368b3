import { volumeImportSpecSchema, volumeImportStatusSchema } from '../../src/domain/volume-import.ts';
import { age, text, type Definition } from './definition.ts';

export const volumeImport: Definition = {
  kind: {
    name: 'VolumeImport',
    plural: 'volumeimports',
    spec: volumeImportSpecSchema,
    status: volumeImportStatusSchema,
    emptyStatus: { claims: [] },
  },
  scope: 'Namespaced',
  singular: 'volumeimport',
  shortNames: ['timp'],
  description: 'What the volumes of claims are filled with that name it as their dataSourceRef.',
  selectable: [],
  columns: [
    text('Source', '.spec.source'),
    text('Claims', '.status.claims[*].claim'),
    text('State', '.status.claims[*].state'),
    text('Message', '.status.claims[*].message'),
    age,
  ],
  rules: [],
  spec: {
    source: {
      description:
        'An address: of a file, an archive (.tar, .tar.gz, .tar.xz, .tar.zst), a git repository (….git, git://) or an image (oci://HOST/REPOSITORY:TAG).',
      maxLength: 4096,
      // Nothing of the pod that reads it.
      pattern: '^(https?|git|git\\+https?|oci|oci\\+http)://',
      'x-kubernetes-validations': [
        { rule: "!self.matches('^[^/]*//[^/]*@')", message: 'an account is in a Secret: credentialsSecretRef' },
      ],
    },
    checksum: { description: 'Of a download or an archive.', pattern: '^sha256:[0-9a-f]{64}$' },
    gitRef: { description: 'A branch, a tag or a commit of a repository.', maxLength: 255 },
    as: { description: 'Take it as a file, or unpack it, whatever it is called.' },
    credentialsSecretRef: { description: 'The Secret with the account: username and password, or token.' },
    'credentialsSecretRef.name': { description: 'Its name, in the same namespace.', maxLength: 253 },
  },
  status: {
    claims: { description: 'The claims that are not bound yet.', maxItems: 1000 },
    'claims[].claim': { description: 'The name of the claim.' },
    'claims[].state': { description: 'What is being done for it.' },
    'claims[].message': { description: 'How far it is, or what is wrong.' },
  },
  shown: {},
};
