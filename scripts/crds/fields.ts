/** Refinements of fields that several kinds have. */

/** As zod has it, in lower case. */
const uuid = '^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$';

export const idPatterns = {
  volume: '^vol-[0-9a-f]{32}$',
  managed: '^managed-[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$',
  snapshot: '^snap-[0-9a-f]{32}$',
  template: '^tmpl-[0-9a-f]{32}$',
  group: '^group-[0-9a-f]{32}$',
} as const;

/** A field that stays as it was made. */
export function fixed(what: string): Readonly<Record<string, unknown>> {
  return { 'x-kubernetes-validations': [{ rule: 'self == oldSelf', message: `${what} cannot change` }] };
}

/** The same for a field that may be absent: a rule of its own would not see it come or go. */
export function fixedOptional(field: string, what: string) {
  const isSame = `has(self.${field}) == has(oldSelf.${field}) && (!has(self.${field}) || self.${field} == oldSelf.${field})`;
  return { rule: isSame, message: `${what} cannot change` };
}

export const requestRefinements = {
  desired: {
    description: 'Whether the agent of the pool is to make the image or to remove it.',
    default: 'Present',
  },
  revision: {
    description: "Rises with each request to the agent, which answers by setting the status's observedRevision to it.",
    default: 1,
    'x-kubernetes-validations': [{ rule: 'self >= oldSelf', message: 'the revision only rises' }],
  },
};

export const answerRefinements = {
  observedRevision: { description: 'The newest revision of the spec that the agent has answered.' },
  failure: { description: 'Why the agent could not do what the spec asks for; absent when it could.' },
  'failure.reason': { description: 'The kind of error, in the terms of CSI.' },
  'failure.message': { description: 'What is wrong, and what to do.' },
  progress: { description: 'How far a copy is that runs in the background.' },
  'progress.copiedBytes': { description: 'Bytes copied so far.' },
  'progress.totalBytes': { description: 'Bytes to copy in all.' },
};

/** `what` begins a sentence: "the volume's". */
export function identityRefinements(what: string) {
  return {
    name: {
      description: `${what} name, as the orchestrator gave it; the resource's own name is made from its hash.`,
      minLength: 1,
      maxLength: 1024,
      ...fixed(`${what.toLowerCase()} name`),
    },
    uuid: {
      description: `New each time, so that one deleted and made again is not mistaken for the old one.`,
      format: undefined,
      maxLength: 36,
      pattern: uuid,
      ...fixed(`${what.toLowerCase()} uuid`),
    },
    pool: {
      description: 'The Pool resource that has it: `<node>.<pool>`.',
      minLength: 1,
      maxLength: 253,
      ...fixed(`the pool that has the image`),
    },
    parameters: {
      description: 'The parameters of the class, as given.',
      default: {},
      maxProperties: 128,
      ...fixed('parameters'),
    },
    'parameters{}': { maxLength: 2048 },
  };
}

export function idField(description: string, pattern: string) {
  return { description, maxLength: 64, pattern };
}

export const uuidField = { format: undefined, maxLength: 36, pattern: uuid };

export const volumeModeField = {
  description: 'Whether it is mounted with a filesystem or handed out as a block device.',
  ...fixed('the volume mode'),
};

export const fsTypeField = { description: 'The registered filesystem, such as ext4; absent for block.', maxLength: 63 };

export const deleteLockField = { description: 'Whether its deletion is refused until this is taken off.' };

/** A rule of every spec that has both. */
export const blockHasNoFilesystem = {
  rule: "self.volumeMode != 'Block' || !has(self.fsType)",
  message: 'a block volume has no filesystem',
};
