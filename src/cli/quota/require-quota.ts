import type { QuotaInfo__Output } from '../../csi/gen/tome/v1/QuotaInfo.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';

/** The quota of this name. Throws CliError when there is none. */
export async function requireQuota({ driver, terminal }: Context, name: string): Promise<QuotaInfo__Output> {
  const [quota] = (await driver.admin.listQuotas({ name }, { signal: terminal.signal })).quotas;
  if (quota === undefined) throw new CliError(`there is no quota ${name}`, 'see what there is: tome quota ls');
  return quota;
}
