import { hint } from '../call-error.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { untilDone } from '../until-done.ts';
import { requireVolume } from '../volume/require-volume.ts';
import { requireSnapshot } from './require-snapshot.ts';

/** `tome snapshot create`: the same command again finds the same snapshot. */
export async function createSnapshot(context: Context, name: string, { volume }: { volume: string }): Promise<void> {
  const { driver, ids, terminal } = context;
  if (ids.snapshot(name) === name) throw new CliError(`${name} is what an id looks like`, 'choose another name');
  const { id: sourceVolumeId } = await requireVolume(context, volume);
  await untilDone(context, (call) => driver.controller.createSnapshot({ name, sourceVolumeId }, call)).catch(
    hint({ ALREADY_EXISTS: 'choose another name, or look at the snapshots: tome snapshot ls' }),
  );
  const snapshot = await requireSnapshot(context, name);
  terminal.print(`snapshot ${name} of volume ${volume} is ${snapshot.state.toLowerCase()}`);
  terminal.note(`next: tome volume create NAME --from-snapshot ${name}`);
}
