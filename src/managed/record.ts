import * as z from 'zod';
import { imageFields, managedSchema } from '../domain/volume.ts';

/** Which directory it is, whatever mounts lead to it: of two, one is above the other when device and path say so. */
const identitySchema = z.object({
  /** The filesystem's number, as mountinfo has it. */
  deviceNumber: z.int(),
  /** Within the filesystem. */
  path: z.string(),
  inode: z.int(),
});
export type Identity = z.infer<typeof identitySchema>;

export const managedRecordSchema = z.object({
  format: z.literal(1),
  kind: z.literal('managed'),
  id: z.string(),
  ...imageFields,
  managed: managedSchema,
  /** It is in the pool that all nodes share which have its root, and not in this node's own. */
  isShared: z.boolean().default(false),
  /** The one node that may show it, of those that have the record; absent: any of them. */
  home: z.string().optional(),
  /** As it was when the volume was made: numbers of filesystems may change with a restart of the machine. */
  identity: identitySchema,
  createdAt: z.iso.datetime(),
});
/** What a node knows of a managed volume: enough to show it, or to take it over, with no catalog at all. */
export type ManagedRecord = z.infer<typeof managedRecordSchema>;
