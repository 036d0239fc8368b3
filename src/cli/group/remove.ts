import { hint } from '../call-error.ts';
import type { Context } from '../context.ts';
import { unlockAdvice } from '../unlock-advice.ts';
import { untilDone } from '../until-done.ts';
import { memberVolume } from './describe-group.ts';
import { requireGroup } from './require-group.ts';

/** `tome group rm`: all are looked for before the first is deleted. Volumes made from their snapshots stay. */
export async function removeGroups(context: Context, names: readonly string[]): Promise<void> {
  const { driver, ids, terminal } = context;
  const groups = await Promise.all(names.map((name) => requireGroup(context, name)));
  for (const [index, { id: groupSnapshotId, name, members }] of groups.entries()) {
    const snapshotIds = members.map(({ snapshotId }) => snapshotId);
    const memberNames = members.map((member) => `${name}/${memberVolume(member)}`);
    for (const member of memberNames) ids.members(member);
    const nameIn = (details: string) => memberNames[snapshotIds.findIndex((id) => details.includes(id))] ?? 'NAME';
    const request = { groupSnapshotId, snapshotIds };
    await untilDone(context, (call) => driver.group.deleteVolumeGroupSnapshot(request, call)).catch(
      hint({
        FAILED_PRECONDITION: (details) =>
          unlockAdvice('snapshot', nameIn(details), 'see what there is: tome group ls -o wide')(details),
      }),
    );
    terminal.print(`group snapshot ${names[index] ?? groupSnapshotId} is deleted`);
  }
}
