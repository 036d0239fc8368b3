import type { SnapshotInfo__Output } from '../../csi/gen/tome/v1/SnapshotInfo.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';

/** The snapshot of this name, or a group's of a volume: `GROUP/VOLUME`. Throws CliError when there is none. */
export async function requireSnapshot(
  { driver, ids, terminal: { signal } }: Context,
  name: string,
): Promise<SnapshotInfo__Output> {
  for (const snapshotId of [ids.snapshot(name), ...ids.members(name)]) {
    const [snapshot] = (await driver.admin.listSnapshots({ snapshotId }, { signal })).snapshots;
    if (snapshot !== undefined) return snapshot;
  }
  throw new CliError(`there is no snapshot ${name}`, 'see what there is: tome snapshot ls');
}
