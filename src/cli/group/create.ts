import { callErrorOf, hint } from '../call-error.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { untilDone } from '../until-done.ts';
import { requireVolume } from '../volume/require-volume.ts';
import { requireGroup } from './require-group.ts';

/** The driver's clock is this machine's; the cut is told to the millisecond. */
const SKEW_MS = 50;

/** `tome group create`. One that was there before is not taken for a new one: whoever asks wants today's data. */
export async function createGroup(context: Context, name: string, volumes: readonly string[]): Promise<void> {
  const { driver, ids, terminal } = context;
  if (ids.group(name) === name) throw new CliError(`${name} is what an id looks like`, 'choose another name');
  const found = await Promise.all(volumes.map((volume) => requireVolume(context, volume)));
  const sourceVolumeIds = found.map(({ id }) => id);
  const start = Date.now();
  await untilDone(context, (call) => driver.group.createVolumeGroupSnapshot({ name, sourceVolumeIds }, call)).catch(
    async (error: unknown) => {
      if (callErrorOf(error)?.code === 'ALREADY_EXISTS') await learnVolumes(context, name);
      hint(hints)(error);
    },
  );
  const { creationTime, state } = await requireGroup(context, name);
  if (Date.parse(creationTime) < start - SKEW_MS) {
    throw new CliError(`group snapshot ${name} exists already, taken at ${creationTime}`, 'choose another name');
  }
  terminal.print(`group snapshot ${name} of volumes ${volumes.join(', ')} is ${state.toLowerCase()}`);
  terminal.note(`next: tome volume create NAME --from-snapshot ${name}/${volumes[0] ?? 'VOLUME'}`);
}

const hints = {
  ALREADY_EXISTS: 'look at the groups: tome group ls',
  FAILED_PRECONDITION: 'nothing was kept of any of them; see where they are, and how: tome volume ls -o wide',
};

/** The message has the ids of the volumes that the group of this name is of. */
async function learnVolumes(context: Context, name: string): Promise<void> {
  const { members } = await requireGroup(context, name);
  for (const { sourceVolumeName } of members) if (sourceVolumeName !== '') context.ids.volume(sourceVolumeName);
}
