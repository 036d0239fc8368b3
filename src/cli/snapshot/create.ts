import { callErrorOf, hint } from '../call-error.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { markParameters } from '../marks.ts';
import { untilDone } from '../until-done.ts';
import { requireVolume } from '../volume/require-volume.ts';
import { requireSnapshot } from './require-snapshot.ts';

/** The driver's clock is this machine's; the cut is told to the millisecond. */
const SKEW_MS = 50;

export interface CreateOptions {
  readonly volume: string;
  readonly tag?: Readonly<Record<string, string>>;
  readonly lock?: true;
}

/** `tome snapshot create`. A snapshot that was there before is not taken for a new one: whoever asks wants today's data. */
export async function createSnapshot(context: Context, name: string, options: CreateOptions): Promise<void> {
  const { volume } = options;
  const { driver, ids, terminal } = context;
  if (ids.snapshot(name) === name) throw new CliError(`${name} is what an id looks like`, 'choose another name');
  const { id: sourceVolumeId } = await requireVolume(context, volume);
  const request = { name, sourceVolumeId, parameters: markParameters(options) };
  const start = Date.now();
  await untilDone(context, (call) => driver.controller.createSnapshot(request, call)).catch(async (error: unknown) => {
    if (callErrorOf(error)?.code === 'ALREADY_EXISTS') await learnVolume(context, name);
    hint({
      ALREADY_EXISTS: 'look at the snapshots: tome snapshot ls',
      INTERNAL: `see whether the volume is well: tome volume health ${volume}; more is in the log of the driver`,
    })(error);
  });
  const snapshot = await requireSnapshot(context, name);
  if (Date.parse(snapshot.creationTime) < start - SKEW_MS) {
    throw new CliError(`snapshot ${name} exists already, taken at ${snapshot.creationTime}`, 'choose another name');
  }
  terminal.print(`snapshot ${name} of volume ${volume} is ${snapshot.state.toLowerCase()}`);
  terminal.note(`next: tome volume create NAME --from-snapshot ${name}`);
}

/** The message has the id of the volume that the snapshot of this name is of. */
async function learnVolume(context: Context, name: string): Promise<void> {
  const { sourceVolumeName } = await requireSnapshot(context, name);
  if (sourceVolumeName !== '') context.ids.volume(sourceVolumeName);
}
