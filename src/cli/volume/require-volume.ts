import type { VolumeInfo__Output } from '../../csi/gen/tome/v1/VolumeInfo.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';

/** The volume of this name. Throws CliError when there is none. */
export async function requireVolume(
  { driver, ids, terminal: { signal } }: Context,
  name: string,
): Promise<VolumeInfo__Output> {
  const { volumes } = await driver.admin.listVolumes({ volumeId: ids.volume(name) }, { signal });
  const [volume] = volumes;
  if (volume === undefined) throw new CliError(`there is no volume ${name}`, 'see what there is: tome volume ls');
  return volume;
}
