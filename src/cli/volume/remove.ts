import { hint } from '../call-error.ts';
import type { Context } from '../context.ts';
import { untilDone } from '../until-done.ts';
import { requireVolume } from './require-volume.ts';

/** `tome volume rm`, which leaves the directory of a managed volume as it is: all are looked for before the first is deleted, so that a misspelt name deletes nothing. */
export async function removeVolumes(context: Context, names: readonly string[]): Promise<void> {
  const { driver, terminal } = context;
  const volumes = await Promise.all(names.map((name) => requireVolume(context, name)));
  for (const [index, { id: volumeId, managed }] of volumes.entries()) {
    const name = names[index] ?? volumeId;
    await untilDone(context, (call) => driver.controller.deleteVolume({ volumeId }, call)).catch(
      hint({ FAILED_PRECONDITION: `if it is attached, detach it first: tome volume detach ${name}` }),
    );
    terminal.print(
      managed === null ? `volume ${name} is deleted` : `volume ${name} is deleted; ${managed.hostPath} stays`,
    );
  }
}
