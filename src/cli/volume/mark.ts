import { hint } from '../call-error.ts';
import type { Context } from '../context.ts';
import type { MarkParameters } from '../marks.ts';
import { describeMarks } from '../describe-marks.ts';
import { requireVolume } from './require-volume.ts';

/** `tome volume lock|unlock|tag`. */
export async function markVolume(context: Context, name: string, mutableParameters: MarkParameters): Promise<void> {
  const { driver, terminal } = context;
  const { id: volumeId } = await requireVolume(context, name);
  // CSI has no call to remove a mutable parameter: the driver takes an empty value for it.
  const request = { volumeId, mutableParameters };
  await driver.controller
    .controllerModifyVolume(request, { signal: terminal.signal })
    .catch(hint({ ABORTED: 'it is just being changed: run the command again' }));
  terminal.print(`volume ${name} ${describeMarks(await requireVolume(context, name), mutableParameters)}`);
}
