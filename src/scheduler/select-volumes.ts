import type { Catalog } from '../catalog/catalog.ts';
import type { ScheduleSpec } from '../domain/schedule.ts';
import { volumeId } from '../domain/ids.ts';
import type { Volume } from '../domain/volume.ts';

export interface Selection {
  readonly volumes: readonly Volume[];
  /** One sentence for each that is not there. */
  readonly problems: readonly string[];
}

/** The volumes that a schedule is for now. One that is being deleted is none of them. */
export async function selectVolumes({ selector }: ScheduleSpec, catalog: Catalog): Promise<Selection> {
  if (selector.volumes.length > 0) return await byName(selector.volumes, catalog);
  const wanted = Object.entries(selector.tags);
  const volumes = (await catalog.volumes.list()).filter(
    ({ spec }) => spec.desired === 'Present' && wanted.every(([key, value]) => spec.tags[key] === value),
  );
  const text = wanted.map(([key, value]) => `${key}=${value}`).join(', ');
  return { volumes, problems: volumes.length === 0 ? [`no volume has the tags ${text}`] : [] };
}

async function byName(names: readonly string[], catalog: Catalog): Promise<Selection> {
  const volumes: Volume[] = [];
  const problems: string[] = [];
  for (const name of names) {
    const volume = await catalog.volumes.find(volumeId(name));
    if (volume?.spec.desired === 'Present') volumes.push(volume);
    else problems.push(`there is no volume ${name}`);
  }
  return { volumes, problems };
}
