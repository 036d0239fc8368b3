import * as z from 'zod';
import { VolumeError } from '../../domain/errors.ts';
import type { FilesystemRulebook } from '../../domain/filesystem-rules.ts';
import { ioLimitNames, someIoLimits, type IoLimits } from '../../domain/io-limits.ts';
import type { VolumeSpec } from '../../domain/volume.ts';
import {
  booleanParameter,
  ioLimitParameters,
  parseValues,
  provisioningParameter,
  requireKnown,
} from '../server/parameters.ts';
import { mergeTags, parseTags, tagPrefix, type Tags } from './tags.ts';
import { ownParameters } from './volume-parameters.ts';

const schema = z.strictObject({
  exclusive: booleanParameter.optional(),
  provisioning: provisioningParameter.optional(),
  deleteLock: booleanParameter.optional(),
  ...ioLimitParameters,
  /** Said by who has filled a volume. */
  populating: z.literal('false', 'must be "false"').optional(),
});

/** Absent is unchanged; a limit that is null, and a tag with an empty value, are to be removed. */
export type MutableParameters = z.infer<typeof schema> & { readonly tags: Tags };

export type Mutable = Pick<
  VolumeSpec,
  'exclusive' | 'provisioning' | 'tags' | 'populating' | 'deleteLock' | 'ioLimits'
>;

/** What a VolumeAttributesClass asks for. Throws InvalidArgument naming the key, and for an unknown one the known. */
export function parseMutableParameters(parameters: Readonly<Record<string, string>>): MutableParameters {
  const { tags, others } = parseTags(ownParameters(parameters));
  requireKnown(others, [...Object.keys(schema.shape), `${tagPrefix}<name>`]);
  return { ...parseValues(schema, others), tags };
}

/** Throws InvalidArgument for what of a volume that is mounted at a directory there is nothing to change of. */
export function refuseOfDirectory(
  { provisioning, ...wanted }: MutableParameters,
  fsType: string | undefined,
  filesystemRules: FilesystemRulebook,
): void {
  refuseUnlimited(wanted, fsType, filesystemRules);
  if (provisioning === undefined || fsType === undefined || filesystemRules.get(fsType).kind === 'image') return;
  const message = `filesystem ${fsType} is mounted at a directory, and has no image to allocate: leave out the parameter provisioning`;
  throw new VolumeError('InvalidArgument', message);
}

/** Throws InvalidArgument for limits on the I/O of a filesystem that a program serves, or that is elsewhere. */
export function refuseUnlimited(
  wanted: WantedIoLimits,
  fsType: string | undefined,
  filesystemRules: FilesystemRulebook,
): void {
  const given = ioLimitNames.filter((name) => typeof wanted[name] === 'number');
  if (given.length === 0 || fsType === undefined || filesystemRules.get(fsType).takesIoLimits) return;
  const message = `the I/O of filesystem ${fsType} cannot be limited, as that of ext4, xfs, btrfs and block volumes: leave out ${given.join(', ')}`;
  throw new VolumeError('InvalidArgument', message);
}

/** Null: no limit any more. */
type WantedIoLimits = Pick<MutableParameters, keyof IoLimits>;

/** The limits with the wanted ones laid over them. */
export function mergeIoLimits(current: IoLimits | undefined, wanted: WantedIoLimits): IoLimits | undefined {
  const merged = ioLimitNames.map((name) => {
    const limit = wanted[name];
    return [name, limit === undefined ? current?.[name] : (limit ?? undefined)] as const;
  });
  return someIoLimits(Object.fromEntries(merged));
}

/** What can change of a volume, with the changes laid over it. */
export function withMutable(current: Mutable, wanted: MutableParameters): Mutable {
  return {
    exclusive: wanted.exclusive ?? current.exclusive,
    provisioning: wanted.provisioning ?? current.provisioning,
    tags: mergeTags(current.tags, wanted.tags),
    ioLimits: mergeIoLimits(current.ioLimits, wanted),
    populating: wanted.populating === undefined ? current.populating : undefined,
    deleteLock: (wanted.deleteLock ?? current.deleteLock === true) ? true : undefined,
  };
}
