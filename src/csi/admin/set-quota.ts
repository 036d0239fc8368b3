import { ConflictError } from '../../catalog/catalog.ts';
import { modify } from '../../catalog/modify.ts';
import { VolumeError } from '../../domain/errors.ts';
import { uncountedQuota, type QuotaSpec } from '../../domain/quota.ts';
import type { QuotaLimit__Output } from '../gen/tome/v1/QuotaLimit.ts';
import type { SetQuotaRequest__Output } from '../gen/tome/v1/SetQuotaRequest.ts';
import type { SetQuotaResponse } from '../gen/tome/v1/SetQuotaResponse.ts';
import { parseInt64 } from '../server/int64.ts';
import type { AdminDeps } from './deps.ts';
import { readPools } from './pools-by-id.ts';

/** What a custom resource can be called. */
const NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/**
 * Makes a quota, or replaces all that the one of this name says. What is there already stays, also when it is more. Throws
 * NotFound for a pool that there is not.
 */
export async function setQuota(request: SetQuotaRequest__Output, deps: AdminDeps): Promise<SetQuotaResponse> {
  const { quotas } = deps.catalog;
  const { name, pool } = request;
  const spec = specOf(request);
  (await readPools(deps)).wanted(pool);
  try {
    await quotas.create(name, spec, uncountedQuota);
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    await modify(quotas, name, () => spec);
  }
  return {};
}

function specOf({
  name,
  namespace,
  storageClass,
  pool,
  volumes,
  bytes,
  snapshots,
}: SetQuotaRequest__Output): QuotaSpec {
  if (!NAME.test(name)) {
    const rule = 'small letters, digits, dashes and dots, with a letter or digit at both ends';
    throw new VolumeError('InvalidArgument', `the name of a quota is of ${rule}, not "${name}"`);
  }
  const limits = { ...limit('volumes', volumes), ...limit('bytes', bytes), ...limit('snapshots', snapshots) };
  if (Object.keys(limits).length === 0) {
    throw new VolumeError(
      'InvalidArgument',
      'a quota without a limit limits nothing: give volumes, a size or snapshots',
    );
  }
  return {
    ...(namespace !== '' && { namespace }),
    ...(storageClass !== '' && { storageClass }),
    ...(pool !== '' && { pool }),
    limits,
  };
}

function limit(what: keyof QuotaSpec['limits'], given: QuotaLimit__Output | null): QuotaSpec['limits'] {
  return given === null ? {} : { [what]: parseInt64(what, given.most) };
}
