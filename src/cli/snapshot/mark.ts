import { hint } from '../call-error.ts';
import type { Context } from '../context.ts';
import { describeMarks } from '../describe-marks.ts';
import type { MarkParameters } from '../marks.ts';
import { requireSnapshot } from './require-snapshot.ts';

/** `tome snapshot lock|unlock|tag`. */
export async function markSnapshot(context: Context, name: string, changes: MarkParameters): Promise<void> {
  const { driver, terminal } = context;
  const { id: snapshotId } = await requireSnapshot(context, name);
  await driver.admin
    .modifySnapshot({ snapshotId, changes }, { signal: terminal.signal })
    .catch(hint({ ABORTED: 'it is just being changed: run the command again' }));
  terminal.print(`snapshot ${name} ${describeMarks(await requireSnapshot(context, name), changes)}`);
}
