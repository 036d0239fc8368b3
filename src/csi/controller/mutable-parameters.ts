import * as z from 'zod';
import type { VolumeSpec } from '../../domain/volume.ts';
import { booleanParameter, parseValues, provisioningParameter, requireKnown } from '../server/parameters.ts';
import { mergeTags, parseTags, tagPrefix, type Tags } from './tags.ts';
import { ownParameters } from './volume-parameters.ts';

const schema = z.strictObject({
  exclusive: booleanParameter.optional(),
  provisioning: provisioningParameter.optional(),
});

/** Absent is unchanged; a tag with an empty value is to be removed. */
export type MutableParameters = z.infer<typeof schema> & { readonly tags: Tags };

type Mutable = Pick<VolumeSpec, 'exclusive' | 'provisioning' | 'tags'>;

/** What a VolumeAttributesClass asks for. Throws InvalidArgument naming the key, and for an unknown one the known. */
export function parseMutableParameters(parameters: Readonly<Record<string, string>>): MutableParameters {
  const { tags, others } = parseTags(ownParameters(parameters));
  requireKnown(others, [...Object.keys(schema.shape), `${tagPrefix}<name>`]);
  return { ...parseValues(schema, others), tags };
}

/** What can change of a volume, with the changes laid over it. */
export function withMutable(current: Mutable, wanted: MutableParameters): Mutable {
  return {
    exclusive: wanted.exclusive ?? current.exclusive,
    provisioning: wanted.provisioning ?? current.provisioning,
    tags: mergeTags(current.tags, wanted.tags),
  };
}
