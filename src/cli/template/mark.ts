import { hint } from '../call-error.ts';
import type { Context } from '../context.ts';
import { describeMarks } from '../describe-marks.ts';
import type { MarkParameters } from '../marks.ts';
import { requireTemplate } from './require-template.ts';

/** `tome template lock|unlock|tag`. */
export async function markTemplate(context: Context, name: string, changes: MarkParameters): Promise<void> {
  const { driver, terminal } = context;
  const { id: snapshotId } = await requireTemplate(context, name);
  await driver.admin
    .modifySnapshot({ snapshotId, changes }, { signal: terminal.signal })
    .catch(hint({ ABORTED: 'it is just being changed: run the command again' }));
  terminal.print(`template ${name} ${describeMarks(await requireTemplate(context, name), changes)}`);
}
