import type { SnapshotInfo__Output } from '../../csi/gen/tome/v1/SnapshotInfo.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';

/** The snapshot of this name. Throws CliError when there is none. */
export async function requireSnapshot(
  { driver, ids, terminal: { signal } }: Context,
  name: string,
): Promise<SnapshotInfo__Output> {
  const { snapshots } = await driver.admin.listSnapshots({ snapshotId: ids.snapshot(name) }, { signal });
  const [snapshot] = snapshots;
  if (snapshot === undefined) throw new CliError(`there is no snapshot ${name}`, 'see what there is: tome snapshot ls');
  return snapshot;
}
