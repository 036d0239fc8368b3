import * as z from 'zod';
import { VolumeError } from '../../domain/errors.ts';
import type { FilesystemRulebook } from '../../domain/filesystem-rules.ts';
import type { VolumeSpec } from '../../domain/volume.ts';
import { booleanParameter, parseValues, provisioningParameter, requireKnown } from '../server/parameters.ts';
import { mergeTags, parseTags, tagPrefix, type Tags } from './tags.ts';
import { ownParameters } from './volume-parameters.ts';

const schema = z.strictObject({
  exclusive: booleanParameter.optional(),
  provisioning: provisioningParameter.optional(),
  deleteLock: booleanParameter.optional(),
  /** Said by who has filled a volume. */
  populating: z.literal('false', 'must be "false"').optional(),
});

/** Absent is unchanged; a tag with an empty value is to be removed. */
export type MutableParameters = z.infer<typeof schema> & { readonly tags: Tags };

export type Mutable = Pick<VolumeSpec, 'exclusive' | 'provisioning' | 'tags' | 'populating' | 'deleteLock'>;

/** What a VolumeAttributesClass asks for. Throws InvalidArgument naming the key, and for an unknown one the known. */
export function parseMutableParameters(parameters: Readonly<Record<string, string>>): MutableParameters {
  const { tags, others } = parseTags(ownParameters(parameters));
  requireKnown(others, [...Object.keys(schema.shape), `${tagPrefix}<name>`]);
  return { ...parseValues(schema, others), tags };
}

/** Throws InvalidArgument for what of a volume that is mounted at a directory there is nothing to change of. */
export function refuseOfDirectory(
  { provisioning }: MutableParameters,
  fsType: string | undefined,
  filesystemRules: FilesystemRulebook,
): void {
  if (provisioning === undefined || fsType === undefined || filesystemRules.get(fsType).kind === 'image') return;
  const message = `filesystem ${fsType} is mounted at a directory, and has no image to allocate: leave out the parameter provisioning`;
  throw new VolumeError('InvalidArgument', message);
}

/** What can change of a volume, with the changes laid over it. */
export function withMutable(current: Mutable, wanted: MutableParameters): Mutable {
  return {
    exclusive: wanted.exclusive ?? current.exclusive,
    provisioning: wanted.provisioning ?? current.provisioning,
    tags: mergeTags(current.tags, wanted.tags),
    populating: wanted.populating === undefined ? current.populating : undefined,
    deleteLock: (wanted.deleteLock ?? current.deleteLock === true) ? true : undefined,
  };
}
