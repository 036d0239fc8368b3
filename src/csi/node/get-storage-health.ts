import { poolConditions } from '../../pool/health.ts';
import type { NodeGetStorageHealthRequest__Output } from '../gen/csi/v1/NodeGetStorageHealthRequest.ts';
import type { NodeGetStorageHealthResponse } from '../gen/csi/v1/NodeGetStorageHealthResponse.ts';
import type { NodeDeps } from './deps.ts';

/** CSI 1.13, NodeGetStorageHealth: what is wrong with this node's pools; nothing when all are well. */
export async function nodeGetStorageHealth(
  _request: NodeGetStorageHealthRequest__Output,
  { pools }: NodeDeps,
): Promise<NodeGetStorageHealthResponse> {
  const closed = [...pools.problems()].map(([name, problem]) => ({
    status: 'STORAGE_UNREACHABLE' as const,
    reason: 'PoolNotOpen',
    message: `pool ${name} is not open: ${problem}`,
  }));
  const open = await Promise.all(
    pools.all().map(async (pool) => {
      const conditions = await poolConditions(pool);
      return conditions.map(({ status, reason, message }) => ({
        status: status === 'DEGRADED' ? ('STORAGE_DEGRADED' as const) : ('STORAGE_UNREACHABLE' as const),
        reason,
        message: `pool ${pool.name}: ${message}`,
      }));
    }),
  );
  return { backendHealth: [...closed, ...open.flat()] };
}
