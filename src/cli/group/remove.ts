import { hint } from '../call-error.ts';
import type { Context } from '../context.ts';
import { untilDone } from '../until-done.ts';
import { requireGroup } from './require-group.ts';

/** `tome group rm`: all are looked for before the first is deleted. Volumes made from their snapshots stay. */
export async function removeGroups(context: Context, names: readonly string[]): Promise<void> {
  const { driver, terminal } = context;
  const groups = await Promise.all(names.map((name) => requireGroup(context, name)));
  for (const [index, { id: groupSnapshotId, members }] of groups.entries()) {
    const snapshotIds = members.map(({ snapshotId }) => snapshotId);
    const request = { groupSnapshotId, snapshotIds };
    await untilDone(context, (call) => driver.group.deleteVolumeGroupSnapshot(request, call)).catch(
      hint({ FAILED_PRECONDITION: 'see what there is: tome group ls -o wide' }),
    );
    terminal.print(`group snapshot ${names[index] ?? groupSnapshotId} is deleted`);
  }
}
