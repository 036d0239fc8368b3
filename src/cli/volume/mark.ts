import type { Context } from '../context.ts';
import { describeMarks } from '../describe-marks.ts';
import type { MarkParameters } from '../marks.ts';
import { modifyVolume } from './modify.ts';

/** `tome volume lock|unlock|tag`. CSI has no call to remove a mutable parameter: the driver takes an empty value for it. */
export async function markVolume(context: Context, name: string, marks: MarkParameters): Promise<void> {
  const volume = await modifyVolume(context, name, marks);
  context.terminal.print(`volume ${name} ${describeMarks(volume, marks)}`);
}
