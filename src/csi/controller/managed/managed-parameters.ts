import * as z from 'zod';
import { VolumeError } from '../../../domain/errors.ts';
import {
  booleanParameter,
  nameParameter,
  parseValues,
  requireKnown,
  sharingParameter,
} from '../../server/parameters.ts';
import { parseTags, tagPrefix, type Tags } from '../tags.ts';
import { ownParameters } from '../volume-parameters.ts';

/** chown(2) takes 4294967295 for "unchanged". */
const MAXIMUM_ID = 4_294_967_294;

const idParameter = z
  .string()
  .regex(/^(0|[1-9]\d{0,9})$/, 'must be a number')
  .transform(Number)
  .refine((id) => id <= MAXIMUM_ID, `must be at most ${MAXIMUM_ID}`)
  .default(0);

const schema = z.strictObject({
  type: z.literal('managed'),
  hostPath: z.string('is missing: it says which directory of the host the volume is').min(1, 'must not be empty'),
  uid: idParameter,
  gid: idParameter,
  containerUid: idParameter,
  containerGid: idParameter,
  sharing: sharingParameter,
  exclusive: booleanParameter.default(false),
  storageClass: nameParameter.optional(),
  deleteLock: booleanParameter.optional(),
});

export type ManagedParameters = z.infer<typeof schema> & { readonly tags: Tags };

/** Whether the parameters are a managed volume's. Throws InvalidArgument for a `type` that there is not. */
export function isManagedClass({ type }: Readonly<Record<string, string>>): boolean {
  if (type === undefined || type === 'managed') return type !== undefined;
  const advice = 'it must be "managed", or left out for a volume in an image or on a registered filesystem';
  throw new VolumeError('InvalidArgument', `parameter type: ${advice}`);
}

/** What the StorageClass of managed volumes says. Throws InvalidArgument naming the key, and for an unknown one the known. */
export function parseManagedParameters(parameters: Readonly<Record<string, string>>): ManagedParameters {
  const { tags, others } = parseTags(ownParameters(parameters));
  requireKnown(others, [...Object.keys(schema.shape), `${tagPrefix}<name>`], 'parameter of a managed volume');
  const values = parseValues(schema, others);
  if (values.exclusive && values.sharing === 'many') {
    throw new VolumeError('InvalidArgument', 'parameters exclusive: "true" and sharing: many exclude each other');
  }
  return { ...values, tags };
}
