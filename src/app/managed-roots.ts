import * as z from 'zod';
import { messageOf, VolumeError } from '../domain/errors.ts';
import { requireHostPath } from '../domain/managed-path.ts';
import { sharedManagedPoolId, managedPoolName, type ManagedRoot } from '../domain/pool.ts';

/** A directory beneath which managed volumes may be. */
export const managedRootField = z.strictObject({
  path: z.string().superRefine((path, context) => {
    try {
      requireHostPath(path);
    } catch (error) {
      context.addIssue({ code: 'custom', message: messageOf(error) });
    }
  }),
  /** A distributed filesystem, mounted there on every node that has this root. */
  shared: z.boolean().default(false),
});

/** The name of the pool of what nodes share would be that of the one node. Throws InvalidArgument. */
export function checkedRoots(roots: readonly ManagedRoot[], nodeName: string): readonly ManagedRoot[] {
  if (roots.length > 0 && `${nodeName}.${managedPoolName}` === sharedManagedPoolId) {
    const message = `configuration: a node with managedRoots cannot be called ${nodeName}: give it another nodeName`;
    throw new VolumeError('InvalidArgument', message);
  }
  return roots;
}
