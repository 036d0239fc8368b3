import type { VolumeInfo__Output } from '../../csi/gen/tome/v1/VolumeInfo.ts';
import { hint } from '../call-error.ts';
import type { Context } from '../context.ts';
import { requireVolume } from './require-volume.ts';

/** Changes what of a volume can change, and returns it as it is then. Throws CliError when there is none, and what the driver says. */
export async function modifyVolume(
  context: Context,
  name: string,
  mutableParameters: Readonly<Record<string, string>>,
): Promise<VolumeInfo__Output> {
  const { driver, terminal } = context;
  const { id: volumeId } = await requireVolume(context, name);
  await driver.controller
    .controllerModifyVolume({ volumeId, mutableParameters }, { signal: terminal.signal })
    .catch(hint({ ABORTED: 'it is just being changed: run the command again' }));
  return await requireVolume(context, name);
}
