import { messageOf } from '../../domain/errors.ts';
import { hint, readable } from '../call-error.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { removeStagingPath, stagingPath } from '../staging.ts';
import { unlockAdvice } from '../unlock-advice.ts';
import { untilDone } from '../until-done.ts';
import { requireVolume } from './require-volume.ts';

/**
 * `tome volume rm`, which leaves the directory of a managed volume as it is: all are looked for before the first is deleted,
 * so that a misspelt name deletes nothing. One that is refused keeps none of the others. Throws what was refused at the end.
 */
export async function removeVolumes(context: Context, names: readonly string[]): Promise<void> {
  const { driver, terminal } = context;
  const volumes = await Promise.all(names.map((name) => requireVolume(context, name)));
  const refusals: CliError[] = [];
  for (const [index, { id: volumeId, managed, state }] of volumes.entries()) {
    const name = names[index] ?? volumeId;
    try {
      if (state === 'Populating') await takeOff(context, volumeId);
      await untilDone(context, (call) => driver.controller.deleteVolume({ volumeId }, call)).catch(
        hint({ FAILED_PRECONDITION: unlockAdvice('volume', name, `if it is attached: tome volume detach ${name}`) }),
      );
    } catch (error) {
      const refusal = readable(error);
      if (terminal.signal.aborted || !(refusal instanceof CliError)) throw error;
      refusals.push(refusal);
      continue;
    }
    terminal.print(
      managed === null ? `volume ${name} is deleted` : `volume ${name} is deleted; ${managed.hostPath} stays`,
    );
  }
  throwAll(refusals);
}

/** An import that was killed has left it so. Throws CliError while one is at it. */
async function takeOff({ driver, socket, terminal: { signal } }: Context, volumeId: string): Promise<void> {
  const stagingTargetPath = await stagingPath(socket, volumeId);
  await driver.node
    .nodeUnstageVolume({ volumeId, stagingTargetPath }, { signal })
    .catch(hint({ INTERNAL: 'it may be being filled just now: wait for that, or end it' }));
  await removeStagingPath(stagingTargetPath);
}

function throwAll(refusals: readonly CliError[]): void {
  const [first] = refusals;
  if (first === undefined) return;
  if (refusals.length === 1) throw first;
  const hints = new Set(refusals.flatMap(({ hint: advice }) => advice ?? []));
  const advice = hints.size === 0 ? undefined : [...hints].join('; ');
  throw new CliError(refusals.map(messageOf).join('\n'), advice, { cause: first.cause });
}
