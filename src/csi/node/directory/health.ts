import { messageOf } from '../../../domain/errors.ts';
import { inaccessible } from '../../../domain/health-entry.ts';
import type { HealthEntry } from '../../../domain/volume.ts';
import { whyUnreadable } from '../../../host/why-unreadable.ts';
import type { NodeDeps } from '../deps.ts';
import type { DirectoryVolume } from './directory-volume.ts';

/** What is wrong with the volume itself, and with the places where it is shown; empty when nothing is. */
export async function directoryVolumeHealth(volume: DirectoryVolume, deps: NodeDeps): Promise<HealthEntry[]> {
  const own = await volume.health();
  if (own.length > 0) return [...own];
  const shown = await deps.directories.shown.of(volume.id);
  const failures = await Promise.all(
    shown.map(async ({ target }) => {
      const failure = await whyUnreadable(deps.host, target);
      return failure === undefined ? [] : [unreadable(target, failure)];
    }),
  );
  return failures.flat();
}

function unreadable(target: string, failure: unknown): HealthEntry {
  const message = `what is shown at ${target} cannot be read (${messageOf(failure)}): end the pods that use it, and stage it again`;
  return inaccessible('MountDead', message);
}
