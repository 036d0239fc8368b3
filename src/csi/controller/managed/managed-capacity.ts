import type { Catalog } from '../../../catalog/catalog.ts';
import { mayBeBeneath } from '../../../domain/managed-path.ts';
import { isManagedPool, sharedManagedPoolId, type PoolResource } from '../../../domain/pool.ts';
import { silentSince } from '../../../domain/silence.ts';
import type { GetCapacityResponse } from '../../gen/csi/v1/GetCapacityResponse.ts';
import type { Capability } from '../../server/require.ts';
import { parseManagedParameters } from './managed-parameters.ts';
import { checkUse } from './managed-wish.ts';

interface Question {
  readonly capabilities: readonly Capability[];
  readonly parameters: Readonly<Record<string, string>>;
  /** Undefined: any node. */
  readonly node: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Managed volumes have no size, so a node that may have the directory has room for any claim: the scheduler compares the
 * size that a claim must carry with this. Nothing for one that has no root for it, which the scheduler then leaves out.
 */
export async function managedCapacity(question: Question, { pools }: Catalog): Promise<GetCapacityResponse> {
  const { capabilities, node, now } = question;
  const { hostPath, sharing } = parseManagedParameters(question.parameters);
  for (const capability of capabilities) checkUse(capability, { sharing });
  const suits = (pool: PoolResource): boolean =>
    isManagedPool(pool) &&
    (pool.id !== sharedManagedPoolId || sharing === 'many') &&
    pool.status.ready &&
    silentSince(pool, now) === undefined &&
    (node === undefined || pool.spec.nodes.includes(node)) &&
    mayBeBeneath(hostPath, pool.spec);
  const bytes = (await pools.list()).some(suits) ? Number.MAX_SAFE_INTEGER : 0;
  return { availableCapacity: bytes, maximumVolumeSize: { value: bytes } };
}
