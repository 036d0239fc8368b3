import { volumeKind } from '../../src/catalog/kubernetes/kinds.ts';
import { answerRefinements, blockHasNoFilesystem, fixed, fixedOptional, fsTypeField, idPatterns } from './fields.ts';
import { deleteLockField, identityRefinements, requestRefinements, volumeModeField } from './fields.ts';
import { age, text, wide, type Definition } from './definition.ts';

const nodeName = { description: 'The name of the node.', minLength: 1, maxLength: 253 };
const readOnly = { description: 'Whether it can only be read there.' };

/** 4294967295 is no id: chown(2) takes it for "unchanged". */
const hostId = { default: 0, maximum: 4_294_967_294 };

const managedRules = [
  {
    rule: 'has(self.managed) || (has(self.name) && has(self.uuid))',
    message: 'spec.name and spec.uuid are missing, which only a managed volume may leave out',
  },
  {
    rule: 'has(self.managed) || self.size >= 4096',
    message: 'a volume has at least 4096 bytes',
  },
  {
    rule: '!has(self.managed) || self.size == 0',
    message: 'a managed volume has no size: leave out spec.size',
  },
  {
    rule: '!has(self.managed) || !has(self.source)',
    message: 'a managed volume is the directory as it is: leave out spec.source',
  },
  {
    rule: "!has(self.managed) || (!has(self.fsType) && self.volumeMode == 'Filesystem' && self.mkfsOptions.size() == 0)",
    message: 'nothing is made for a managed volume: leave out spec.fsType, spec.volumeMode and spec.mkfsOptions',
  },
  {
    rule: "has(self.managed) == self.pool.endsWith('.managed')",
    message: 'the pools of managed volumes, and no others, are called managed: <node>.managed',
  },
  {
    rule: "!has(self.home) || (self.pool == 'shared.managed' && !has(self.sharing))",
    message: 'a home is for a volume in shared.managed that is not shared itself: leave out spec.home, or spec.sharing',
  },
];

export const volume: Definition = {
  kind: volumeKind,
  singular: 'volume',
  shortNames: ['tvol'],
  description:
    'A volume, an image file in a pool or a directory of a host: what it is to be (spec), and what it is (status).',
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
    wide(text('Directory', '.spec.managed.hostPath')),
    wide(text('UUID', '.spec.uuid')),
    wide(text('Desired', '.spec.desired')),
  ],
  rules: [
    {
      rule: `self.metadata.name.matches('${idPatterns.volume}') || (has(self.spec.managed) && self.metadata.name.matches('${idPatterns.managed}'))`,
      message:
        'a Volume is named vol- and 32 hexadecimal digits, the first of the SHA-256 of its spec.name; a managed one that a person makes: managed- and a name',
    },
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
        fixedOptional('managed', 'the directory that the volume is'),
        fixedOptional('sharing', 'who may share the volume'),
        fixedOptional('home', 'the home of the volume'),
        fixedOptional('arguments', 'the arguments of the filesystem'),
        blockHasNoFilesystem,
        ...managedRules,
        {
          rule: 'has(self.sharing) || self.attachments.size() <= 1 || self.attachments.all(attachment, attachment.readOnly)',
          message: 'one writer or many readers: with more than one attachment, all must be readOnly',
        },
      ],
      required: ['pool'],
    },
    ...requestRefinements,
    ...identityRefinements("The volume's"),
    size: {
      description: 'Bytes, a multiple of 4096; it can grow. A managed volume has none.',
      default: 0,
      multipleOf: 4096,
    },
    volumeMode: { ...volumeModeField, default: 'Filesystem' },
    fsType: fsTypeField,
    provisioning: {
      description: 'Whether the image takes its room as it is written, or all at once.',
      default: 'thin',
    },
    exclusive: { description: 'Whether a read-write mount excludes every other mount.', default: false },
    ioLimits: { description: 'Hard limits on its I/O, each second; what is left out is not limited.' },
    'ioLimits.readIops': { description: 'Read operations.' },
    'ioLimits.writeIops': { description: 'Write operations.' },
    'ioLimits.readBandwidth': { description: 'Bytes that are read.' },
    'ioLimits.writeBandwidth': { description: 'Bytes that are written.' },
    populating: { description: 'Set until it has been filled; nobody may use or copy it before.' },
    mkfsOptions: {
      description: 'Options with which the filesystem was made.',
      default: [],
      maxItems: 64,
      ...fixed('the options with which the filesystem was made'),
    },
    'mkfsOptions[]': { maxLength: 256 },
    source: { description: 'What the volume is copied from.' },
    'source.kind': { description: 'A volume, a snapshot, or a template.' },
    'source.id': { description: 'Its id.', maxLength: 64 },
    tags: { description: 'Names and values that people gave it.', maxProperties: 128 },
    'tags{}': { maxLength: 2048 },
    deleteLock: deleteLockField,
    accessModes: { description: 'The access modes it was made for, in the terms of CSI.', maxItems: 16 },
    claim: { description: 'The PersistentVolumeClaim it was made for: `namespace/name`.', maxLength: 512 },
    managed: { description: 'The existing directory of a host that the volume is.' },
    'managed.hostPath': {
      description: "The directory, absolute and normalised, beneath one of the node's managed roots.",
      maxLength: 4095,
      pattern: '^(/[^/:\\x00-\\x1f\\x7f]+)+$',
      'x-kubernetes-validations': [
        {
          rule: "!(self + '/').contains('/./') && !(self + '/').contains('/../')",
          message: 'the path of a managed volume has no . or .. in it',
        },
      ],
    },
    'managed.uid': { description: 'The user of the host that containerUid acts as.', ...hostId },
    'managed.gid': { description: 'The group of the host that containerGid acts as.', ...hostId },
    'managed.containerUid': { description: 'The user in the container that acts as uid.', ...hostId },
    'managed.containerGid': { description: 'The group in the container that acts as gid.', ...hostId },
    sharing: {
      description:
        'Set for a directory that several pods may write to at once, where it can be shared on several nodes.',
    },
    home: {
      description: 'The one node that may show it, of those that share shared.managed.',
      minLength: 1,
      maxLength: 253,
    },
    arguments: {
      description: 'What the class gives for the arguments that the filesystem declares.',
      maxProperties: 64,
    },
    'arguments{}': { maxLength: 2048 },
    attachments: {
      description: 'The nodes that may have it now: one that writes, or any number that read; any with sharing.',
      default: [],
      maxItems: 1024,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['nodeName'],
    },
    'attachments[].nodeName': nodeName,
    'attachments[].readOnly': readOnly,
    unanswered: { description: 'Set when CreateVolume gave up waiting for it: nobody can have used it yet.' },
    'attachments[].accessMode': { description: 'The access mode it was asked for with.' },
  },
  status: {
    ...answerRefinements,
    ready: { description: 'Whether the image, or the directory of a managed volume, is there.' },
    size: { description: 'Bytes of the image as it is; 0 before it exists, and for a managed volume.' },
    health: { description: 'What is wrong with the volume; empty when nothing is.' },
    'health[].status': { description: 'How bad it is, in the terms of CSI.' },
    'health[].reason': { description: 'What is wrong, in one word.' },
    'health[].message': { description: 'What is wrong, and what to do.' },
    mounts: { description: 'The nodes that have it mounted, as their agents saw it.' },
    'mounts[].nodeName': nodeName,
    'mounts[].readOnly': readOnly,
    released: { description: 'The revision of the deletion for which its home has let go of it.' },
  },
  shown: {
    state: 'What can be done with it, in one word.',
    node: 'The node that has the image.',
    attachedTo: 'The nodes that have it.',
    sizeText: 'The size for people.',
  },
};
