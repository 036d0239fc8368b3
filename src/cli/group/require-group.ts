import type { GroupInfo__Output } from '../../csi/gen/tome/v1/GroupInfo.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';

/** The group snapshot of this name. Throws CliError when there is none. */
export async function requireGroup(
  { driver, ids, terminal: { signal } }: Context,
  name: string,
): Promise<GroupInfo__Output> {
  const [group] = (await driver.admin.listGroups({ groupId: ids.group(name) }, { signal })).groups;
  if (group === undefined) throw new CliError(`there is no group snapshot ${name}`, 'see what there is: tome group ls');
  return group;
}
