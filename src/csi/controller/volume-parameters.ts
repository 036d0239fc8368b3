import * as z from 'zod';
import { VolumeError } from '../../domain/errors.ts';
import {
  booleanParameter,
  FS_TYPE_ALIAS,
  ioLimitParameters,
  nameParameter,
  ORCHESTRATOR_PREFIX,
  parseValues,
  poolParameters,
  requireKnown,
  sharingParameter,
} from '../server/parameters.ts';
import { parseTags, tagPrefix, type Tags } from './tags.ts';

const schema = z.strictObject({
  fsType: nameParameter.optional(),
  ...poolParameters,
  ...ioLimitParameters,
  exclusive: booleanParameter.default(false),
  deleteLock: booleanParameter.optional(),
  sharing: sharingParameter,
  populatedFrom: nameParameter.optional(),
  template: nameParameter.optional(),
  storageClass: nameParameter.optional(),
});

/** `arg.NAME`: what the operator lets a class choose of a registered filesystem. */
const ARGUMENT_PREFIX = 'arg.';

export type VolumeParameters = z.infer<typeof schema> & {
  readonly tags: Tags;
  readonly arguments: Readonly<Record<string, string>>;
};

/** What a StorageClass asks for. Throws InvalidArgument naming the key, and for an unknown one the known. */
export function parseVolumeParameters(parameters: Readonly<Record<string, string>>): VolumeParameters {
  const { tags, others } = parseTags(ownParameters(parameters));
  const isArgument = (key: string) => key.startsWith(ARGUMENT_PREFIX);
  const args = Object.entries(others).filter(([key]) => isArgument(key));
  const { [FS_TYPE_ALIAS]: alias, filesystem, fsType, ...rest } = withoutKeys(others, isArgument);
  requireKnown(rest, [...Object.keys(schema.shape), 'filesystem', `${ARGUMENT_PREFIX}<name>`, `${tagPrefix}<name>`]);
  const named = oneName({ fsType, filesystem, [FS_TYPE_ALIAS]: alias });
  return {
    ...parseValues(schema, { ...rest, ...(named === undefined ? {} : { fsType: named }) }),
    tags,
    arguments: Object.fromEntries(args.map(([key, value]) => [key.slice(ARGUMENT_PREFIX.length), value])),
  };
}

/** The filesystem that is named, in whichever ways. Throws InvalidArgument when they name two. */
function oneName(ways: Readonly<Record<string, string | undefined>>): string | undefined {
  const given = Object.entries(ways).filter(([, name]) => name !== undefined);
  const names = new Set(given.map(([, name]) => name));
  if (names.size <= 1) return [...names][0];
  const keys = given.map(([key]) => key).join(' and ');
  throw new VolumeError('InvalidArgument', `parameters name two filesystems: ${keys}; keep one`);
}

function withoutKeys(
  parameters: Readonly<Record<string, string>>,
  isLeftOut: (key: string) => boolean,
): Record<string, string> {
  return Object.fromEntries(Object.entries(parameters).filter(([key]) => !isLeftOut(key)));
}

/** The PersistentVolumeClaim that csi-provisioner makes the volume for, `namespace/name` (its `--extra-create-metadata`). */
export function claimOf(parameters: Readonly<Record<string, string>>): string | undefined {
  const namespace = parameters[`${ORCHESTRATOR_PREFIX}pvc/namespace`];
  const name = parameters[`${ORCHESTRATOR_PREFIX}pvc/name`];
  return namespace === undefined || name === undefined ? undefined : `${namespace}/${name}`;
}

/** The parameters without the orchestrator's notes: what must be the same when a volume is asked for again. */
export function ownParameters(parameters: Readonly<Record<string, string>>): Record<string, string> {
  const own = Object.entries(parameters).filter(
    ([key]) => !key.startsWith(ORCHESTRATOR_PREFIX) || key === FS_TYPE_ALIAS,
  );
  return Object.fromEntries(own);
}

/** Snapshots have no parameters of their own. Throws InvalidArgument for any but the orchestrator's notes. */
export function requireNoParameters(parameters: Readonly<Record<string, string>>): void {
  requireKnown(ownParameters(parameters), []);
}
