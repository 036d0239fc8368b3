import { ConflictError } from '../../catalog/catalog.ts';
import type { DeleteQuotaRequest__Output } from '../gen/tome/v1/DeleteQuotaRequest.ts';
import type { DeleteQuotaResponse } from '../gen/tome/v1/DeleteQuotaResponse.ts';
import { requireId } from '../server/require.ts';
import type { AdminDeps } from './deps.ts';

/** Whatever it has limited stays. One that is gone already is fine. */
export async function deleteQuota(
  request: DeleteQuotaRequest__Output,
  { catalog }: AdminDeps,
): Promise<DeleteQuotaResponse> {
  const name = requireId(request.name, 'name');
  for (;;) {
    const quota = await catalog.quotas.find(name);
    if (quota === undefined) return {};
    try {
      await catalog.quotas.remove(quota);
    } catch (error) {
      // Something was counted at this moment.
      if (!(error instanceof ConflictError)) throw error;
    }
  }
}
