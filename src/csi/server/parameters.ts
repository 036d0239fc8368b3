import * as z from 'zod';
import { VolumeError } from '../../domain/errors.ts';

/** Keys of this prefix are the orchestrator's own notes (names of claims and the like); all but one are ignored. */
export const ORCHESTRATOR_PREFIX = 'csi.storage.k8s.io/';
export const FS_TYPE_ALIAS = 'csi.storage.k8s.io/fstype';

export const nameParameter = z.string().min(1, 'must not be empty');

export const booleanParameter = z
  .enum(['true', 'false'], 'must be "true" or "false"')
  .transform((text) => text === 'true');

export const provisioningParameter = z.enum(['thin', 'thick'], 'must be "thin" or "thick"');

export const sharingParameter = z.enum(['one', 'many'], 'must be "one" or "many"').default('one');

/** What a class may want to say of a volume's speed. */
const ioLimits = ['readIops', 'writeIops', 'readBandwidth', 'writeBandwidth'];

/** The words of a command line; there is no quoting. */
const words = z.string().transform((text) => text.split(/\s+/).filter((word) => word !== ''));

/** What any new volume in a pool may be asked for with, by a StorageClass or inline in a pod. */
export const poolParameters = {
  pool: nameParameter.optional(),
  mkfsOptions: words.default([]),
  provisioning: provisioningParameter.default('thin'),
};

/** Throws InvalidArgument for a key that is not among the known, and says of limits on I/O why there are none. */
export function requireKnown(
  parameters: Readonly<Record<string, string>>,
  known: readonly string[],
  called = 'parameter',
): void {
  const unknown = Object.keys(parameters).filter((key) => !known.includes(key));
  if (unknown.length === 0) return;
  const limits = unknown.filter((key) => ioLimits.includes(key));
  if (limits.length > 0) {
    const message = `${limits.join(', ')} cannot be kept to: that takes io.max of the pod's cgroup (cgroup v2), which this driver does not set`;
    throw new VolumeError('InvalidArgument', `${message}; leave it out`);
  }
  const list = known.length === 0 ? 'there are none' : `known are ${known.join(', ')}`;
  throw new VolumeError('InvalidArgument', `unknown ${called} ${unknown.join(', ')}: ${list}`);
}

/** Throws InvalidArgument naming each key whose value is not what it can be. */
export function parseValues<T extends z.ZodType>(
  type: T,
  values: Readonly<Record<string, string>>,
  called = 'parameter',
): z.output<T> {
  const parsed = type.safeParse(values);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
  throw new VolumeError('InvalidArgument', `${called} ${problems.join('; ')}`);
}
