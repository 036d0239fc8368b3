import * as z from 'zod';
import { VolumeError } from '../../domain/errors.ts';
import type { Resource } from '../../domain/resource.ts';
import { imageFinalizer, type Kind } from './kinds.ts';
import type { Labels } from './labels.ts';

/** An object of the API server, and the resource that it is to the catalog. */
export interface StoredObject<Spec, Status> {
  readonly id: string;
  /** Another one for each object that ever had this id. */
  readonly uid: string;
  /** Grows with every write to the server, whatever was written. */
  readonly version: bigint;
  readonly finalizers: readonly string[];
  readonly labels: Labels;
  /** Somebody has deleted it, and finalizers keep it. */
  readonly isTerminating: boolean;
  /** Undefined when nothing of ours keeps it any more: to the catalog it is gone. */
  readonly resource: Resource<Spec, Status> | undefined;
}

const metadataSchema = z.object({
  name: z.string(),
  uid: z.string(),
  // Any number of digits, and since Kubernetes 1.35 promised to be comparable as a number.
  resourceVersion: z.string().regex(/^\d+$/),
  finalizers: z.array(z.string()).default([]),
  labels: z.record(z.string(), z.string()).default({}),
  deletionTimestamp: z.string().optional(),
});

const objectSchema = z.object({ metadata: metadataSchema, spec: z.unknown(), status: z.unknown() });

const partSchema = z.record(z.string(), z.unknown());

/** The id and uid of anything. Throws when it is no object of the API server. */
export function identityOf(object: unknown): { id: string; uid: string; version: bigint } {
  const { name, uid, resourceVersion } = objectSchema.parse(object).metadata;
  return { id: name, uid, version: BigInt(resourceVersion) };
}

/** Throws Internal, saying which field is wrong, for an object that is not what its kind should be. */
export function readObject<Spec, Status>(kind: Kind<Spec, Status>, object: unknown): StoredObject<Spec, Status> {
  const { metadata, spec, status } = objectSchema.parse(object);
  const { name: id, uid, resourceVersion, finalizers, labels } = metadata;
  const isTerminating = metadata.deletionTimestamp !== undefined;
  const common = { id, uid, version: BigInt(resourceVersion), finalizers, labels, isTerminating };
  if (isTerminating && !finalizers.includes(imageFinalizer)) return { ...common, resource: undefined };

  // A field that an older driver did not write, or a person left out, is as if nobody had looked yet.
  const stated = { ...kind.emptyStatus, ...partSchema.optional().parse(status) };
  const specified = { ...kind.ownFields?.({ name: id, uid }), ...partSchema.optional().parse(spec) };
  const parsed = z.object({ spec: kind.spec, status: kind.status }).safeParse({ spec: specified, status: stated });
  if (!parsed.success) {
    const problem = z.prettifyError(parsed.error);
    throw new VolumeError('Internal', `${kind.name} ${id} is not what this driver understands: ${problem}`);
  }
  const seen = isTerminating && kind.doomed !== undefined ? kind.doomed(parsed.data.spec) : parsed.data.spec;
  return { ...common, resource: { id, version: resourceVersion, spec: seen, status: parsed.data.status } };
}
