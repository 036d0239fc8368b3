import * as z from 'zod';
import type { Resource } from './resource.ts';
import { parseSize } from './sizes.ts';
import type { VolumeSpec } from './volume.ts';

const amount = z.int().nonnegative();

/** What a quota counts. `bytes`: what was promised to volumes. */
export const amountsSchema = z.object({ volumes: amount, bytes: amount, snapshots: amount });
export type Amounts = z.infer<typeof amountsSchema>;

export const amountNames = ['volumes', 'bytes', 'snapshots'] as const satisfies readonly (keyof Amounts)[];

/** A person may write `100Gi`. */
const bytesOrSize = z.union([amount, z.string().transform(sizeOf)]);

/** A quota is for what matches all of the first three that are given; a limit that is not given is none. */
export const quotaSpecSchema = z.object({
  namespace: z.string().optional(),
  storageClass: z.string().optional(),
  /** The name of a pool, for those of all nodes, or the id of one Pool resource. */
  pool: z.string().optional(),
  limits: z.object({
    volumes: amount.optional(),
    bytes: bytesOrSize.optional(),
    snapshots: amount.optional(),
  }),
});
export type QuotaSpec = z.infer<typeof quotaSpecSchema>;

/**
 * One attempt to make or to grow something, counted before the resource says so. Of several attempts for one id, and what
 * is there under it, the largest counts, since there is only ever one of them.
 */
export const intentSchema = z.object({
  id: z.string(),
  /** The attempt's: of a creation, what the resource will have. */
  uuid: z.uuid(),
  ...amountsSchema.shape,
  /** ISO 8601. */
  since: z.iso.datetime(),
});
export type Intent = z.infer<typeof intentSchema>;

export const quotaStatusSchema = z.object({
  /** All that exists and matches, and the intents: never less, but more until the next count when something was deleted. */
  used: amountsSchema,
  intents: z.array(intentSchema),
  /** What `specText` made of the spec for which it was last counted; absent before the first count. */
  countedFor: z.string().optional(),
});
export type QuotaStatus = z.infer<typeof quotaStatusSchema>;

export const nothing: Amounts = { volumes: 0, bytes: 0, snapshots: 0 };

/** Before it was counted. */
export const uncountedQuota: QuotaStatus = { used: nothing, intents: [] };

/** How much there may be of what is alike: checked before anything is made or grown, not when it is lowered. */
export type Quota = Resource<QuotaSpec, QuotaStatus>;

/** What decides which quotas a volume or snapshot counts for. */
export interface Belonging {
  readonly namespace: string | undefined;
  readonly storageClass: string | undefined;
  /** Id of the Pool resource. */
  readonly pool: string;
}

export function appliesTo({ namespace, storageClass, pool }: QuotaSpec, what: Belonging): boolean {
  return (
    (namespace === undefined || namespace === what.namespace) &&
    (storageClass === undefined || storageClass === what.storageClass) &&
    (pool === undefined || pool === what.pool || what.pool.endsWith(`.${pool}`))
  );
}

/** What a snapshot takes over from the volume that it is of, so that it counts for the same quotas, also without that. */
export function ownerOf({ claim, parameters }: Pick<VolumeSpec, 'claim' | 'parameters'>): {
  claim: string | undefined;
  storageClass: string | undefined;
} {
  return { claim, storageClass: parameters['storageClass'] };
}

/** The same for equal specs, and another for different ones. */
export function specText({ namespace, storageClass, pool, limits }: QuotaSpec): string {
  const { volumes, bytes, snapshots } = limits;
  return JSON.stringify([namespace, storageClass, pool, volumes, bytes, snapshots]);
}

/** Of each kind what `pick` makes of the numbers in both. */
export function combined(a: Amounts, b: Amounts, pick: (a: number, b: number) => number): Amounts {
  return {
    volumes: pick(a.volumes, b.volumes),
    bytes: pick(a.bytes, b.bytes),
    snapshots: pick(a.snapshots, b.snapshots),
  };
}

export function sum(a: Amounts, b: Amounts): Amounts {
  return combined(a, b, (x, y) => x + y);
}

/** What `a` has more than `b`, and nothing where it has less. */
export function excess(a: Amounts, b: Amounts): Amounts {
  return combined(a, b, (x, y) => Math.max(x - y, 0));
}

export function largest(all: readonly Amounts[]): Amounts {
  return all.reduce((a, b) => combined(a, b, Math.max), nothing);
}

function sizeOf(text: string, context: z.RefinementCtx): number {
  try {
    return parseSize(text);
  } catch {
    context.addIssue('is not a size: write a number and a unit, such as 10Gi or 500M');
    return z.NEVER;
  }
}
