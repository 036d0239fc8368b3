import * as z from 'zod';
import { messageOf, VolumeError } from '../../domain/errors.ts';
import { ioLimitNames } from '../../domain/io-limits.ts';
import { parseSize } from '../../domain/sizes.ts';

/** Keys of this prefix are the orchestrator's own notes (names of claims and the like); all but one are ignored. */
export const ORCHESTRATOR_PREFIX = 'csi.storage.k8s.io/';
export const FS_TYPE_ALIAS = 'csi.storage.k8s.io/fstype';

export const nameParameter = z.string().min(1, 'must not be empty');

export const booleanParameter = z
  .enum(['true', 'false'], 'must be "true" or "false"')
  .transform((text) => text === 'true');

export const provisioningParameter = z.enum(['thin', 'thick'], 'must be "thin" or "thick"');

export const sharingParameter = z.enum(['one', 'many'], 'must be "one" or "many"').default('one');

/** Takes a limit away, where a class has one. */
const NONE = 'none';

/** What the kernel takes for no limit (struct throtl_grp keeps 32 bits). */
const MOST_IOPS = 4_294_967_294;

/** Operations each second; null for no limit. */
const iopsParameter = z.string().transform((text, context) => {
  if (text === NONE) return null;
  const iops = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : NaN;
  if (iops <= MOST_IOPS) return iops;
  context.addIssue({ code: 'custom', message: `must be a whole number from 1 to ${MOST_IOPS}, or "${NONE}"` });
  return z.NEVER;
});

/** Bytes each second; null for no limit. */
const bandwidthParameter = z.string().transform((text, context) => {
  if (text === NONE) return null;
  try {
    const bytes = parseSize(text);
    if (bytes >= LEAST_BANDWIDTH) return bytes;
    context.addIssue({ code: 'custom', message: bandwidthAdvice });
  } catch (error) {
    context.addIssue({ code: 'custom', message: `${bandwidthAdvice}: ${messageOf(error)}` });
  }
  return z.NEVER;
});

/** With less, one page would take longer than a second. */
const LEAST_BANDWIDTH = 4096;
const bandwidthAdvice = `must be bytes each second, at least ${LEAST_BANDWIDTH}, such as 50Mi, or "${NONE}"`;

/** Limits on the I/O of a volume. */
export const ioLimitParameters = {
  readIops: iopsParameter.optional(),
  writeIops: iopsParameter.optional(),
  readBandwidth: bandwidthParameter.optional(),
  writeBandwidth: bandwidthParameter.optional(),
};

/** The words of a command line; there is no quoting. */
const words = z.string().transform((text) => text.split(/\s+/).filter((word) => word !== ''));

/** What any new volume in a pool may be asked for with, by a StorageClass or inline in a pod. */
export const poolParameters = {
  pool: nameParameter.optional(),
  mkfsOptions: words.default([]),
  provisioning: provisioningParameter.default('thin'),
};

/** Who has no such device: managed volumes, inline ones, snapshots. */
const limitsAdvice =
  'only the I/O of a volume with an image, on ext4, xfs, btrfs or as a block device, which a claim is for, can be limited; leave it out';

/** Throws InvalidArgument for a key that is not among the known, and says of limits on I/O what can have them. */
export function requireKnown(
  parameters: Readonly<Record<string, string>>,
  known: readonly string[],
  called = 'parameter',
): void {
  const unknown = Object.keys(parameters).filter((key) => !known.includes(key));
  if (unknown.length === 0) return;
  const limits = unknown.filter((key) => ioLimitNames.some((name) => name === key));
  if (limits.length > 0) {
    throw new VolumeError('InvalidArgument', `${called} ${limits.join(', ')}: ${limitsAdvice}`);
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
