import type { Catalog } from '../../catalog/catalog.ts';
import { VolumeError } from '../../domain/errors.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import type { Volume } from '../../domain/volume.ts';
import type { Requested } from './await-agent.ts';

/** Throws NotFound; an id that was never ours names nothing either. */
export async function requireVolume({ volumes }: Catalog, id: string): Promise<Volume> {
  return requireFound(await volumes.find(id), `volume ${id}`);
}

/** Throws NotFound, also for a template, which to CSI is none. */
export async function requireSnapshot({ snapshots }: Catalog, id: string): Promise<Snapshot> {
  const found = await snapshots.find(id);
  return requireFound(found?.spec.template === undefined ? found : undefined, `snapshot ${id}`);
}

/** Throws NotFound, and Aborted when the volume is still being made or is being deleted. */
export async function requireReadyVolume(catalog: Catalog, id: string): Promise<Volume> {
  return requireReady(await requireVolume(catalog, id));
}

/** Throws NotFound, and Aborted when the snapshot is still being cut or is being deleted. */
export async function requireReadySnapshot(catalog: Catalog, id: string): Promise<Snapshot> {
  return requireReady(await requireSnapshot(catalog, id));
}

/** Throws Aborted when the resource is not there yet, or not for long. */
export function requireReady<R extends Requested>(resource: R): R {
  const { id, spec, status } = resource;
  if (spec.desired === 'Absent') throw new VolumeError('Aborted', `${id} is being deleted; try again`);
  if (!status.ready) throw new VolumeError('Aborted', `${id} is still being made; try again`);
  return resource;
}

/** Throws NotFound when there is none. */
export function requireFound<T>(found: T | undefined, what: string): T {
  if (found === undefined) throw new VolumeError('NotFound', `there is no ${what}`);
  return found;
}
