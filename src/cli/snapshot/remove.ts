import { hint } from '../call-error.ts';
import type { Context } from '../context.ts';
import { unlockAdvice } from '../unlock-advice.ts';
import { untilDone } from '../until-done.ts';
import { requireSnapshot } from './require-snapshot.ts';

/** `tome snapshot rm`: all are looked for before the first is deleted. Volumes made from them stay. */
export async function removeSnapshots(context: Context, names: readonly string[]): Promise<void> {
  const { driver, ids, terminal } = context;
  const snapshots = await Promise.all(names.map((name) => requireSnapshot(context, name)));
  for (const [index, { id: snapshotId, groupId }] of snapshots.entries()) {
    const name = names[index] ?? snapshotId;
    await untilDone(context, (call) => driver.controller.deleteSnapshot({ snapshotId }, call)).catch(
      hint({
        FAILED_PRECONDITION: unlockAdvice('snapshot', name, 'see what there is: tome snapshot ls'),
        INVALID_ARGUMENT: `with all its snapshots: tome group rm ${ids.named(groupId)}`,
      }),
    );
    terminal.print(`snapshot ${name} is deleted`);
  }
}
