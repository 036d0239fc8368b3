import * as z from 'zod';
import { VolumeError } from '../../../domain/errors.ts';
import { parseSize } from '../../../domain/sizes.ts';
import {
  FS_TYPE_ALIAS,
  nameParameter,
  ORCHESTRATOR_PREFIX,
  parseValues,
  poolParameters,
  requireKnown,
} from '../../server/parameters.ts';

const CALLED = 'volume attribute';
const DEFAULT_FS_TYPE = 'ext4';

const schema = z.strictObject({
  size: nameParameter.optional(),
  fsType: nameParameter.default(DEFAULT_FS_TYPE),
  ...poolParameters,
});

/** What a pod asks for in `volumeAttributes` and `fsType` of an inline volume. */
export interface EphemeralWish extends Omit<z.infer<typeof schema>, 'size'> {
  /** Bytes, as asked; undefined when the driver is to choose. */
  readonly size: number | undefined;
  /** The attributes as given, without the kubelet's notes: the same volume with others is another wish. */
  readonly given: Readonly<Record<string, string>>;
}

/**
 * Throws InvalidArgument naming the attribute, and for an unknown one the known. The kubelet's own notes, names and
 * tokens of the pod, are ignored.
 */
export function parseEphemeralWish(context: Readonly<Record<string, string>>, capabilityFsType: string): EphemeralWish {
  const given = Object.fromEntries(Object.entries(context).filter(([key]) => !key.startsWith(ORCHESTRATOR_PREFIX)));
  refuseManaged(given);
  requireKnown(given, Object.keys(schema.shape), CALLED);
  const named = [given['fsType'], context[FS_TYPE_ALIAS], capabilityFsType].filter(
    (name) => name !== undefined && name !== '',
  );
  const [fsType, another] = new Set(named);
  if (another !== undefined) {
    throw new VolumeError('InvalidArgument', `a volume has one filesystem, not ${String(fsType)} and ${another}`);
  }
  const values = parseValues(schema, { ...given, ...(fsType === undefined ? {} : { fsType }) }, CALLED);
  const { size, ...rest } = values;
  return { ...rest, size: size === undefined ? undefined : parseSize(size), given };
}

/** Whoever writes a pod would choose a directory of the host and whom to be there. */
function refuseManaged(given: Readonly<Record<string, string>>): void {
  const named = ['type', 'hostPath', 'uid', 'gid'].find((key) => given[key] !== undefined);
  if (named === undefined) return;
  throw new VolumeError(
    'InvalidArgument',
    `${CALLED} ${named}: an inline volume is always new and its pod's own, and never a directory of the host; ` +
      'use a claim of a StorageClass with type: managed',
  );
}
