import { hint } from '../call-error.ts';
import type { Context } from '../context.ts';
import { untilDone } from '../until-done.ts';
import { requireSnapshot } from './require-snapshot.ts';

/** `tome snapshot rm`: all are looked for before the first is deleted. Volumes made from them stay. */
export async function removeSnapshots(context: Context, names: readonly string[]): Promise<void> {
  const { driver, terminal } = context;
  const snapshots = await Promise.all(names.map((name) => requireSnapshot(context, name)));
  for (const [index, { id: snapshotId }] of snapshots.entries()) {
    await untilDone(context, (call) => driver.controller.deleteSnapshot({ snapshotId }, call)).catch(
      hint({
        FAILED_PRECONDITION: 'see what there is: tome snapshot ls -o wide',
        INVALID_ARGUMENT: 'see the groups: tome group ls',
      }),
    );
    terminal.print(`snapshot ${names[index] ?? snapshotId} is deleted`);
  }
}
