import type { Catalog } from '../../catalog/catalog.ts';
import { modify } from '../../catalog/modify.ts';
import { sharedManagedPoolId } from '../../domain/pool.ts';
import type { VolumeSpec } from '../../domain/volume.ts';

/** After the one node of a catalog was given another name: the volumes that were at home there are so here. */
export async function comeHome(nodeName: string, { volumes }: Catalog): Promise<void> {
  const isAway = ({ home }: VolumeSpec): boolean => home !== undefined && home !== nodeName;
  for (const { id, spec } of await volumes.list({ pool: sharedManagedPoolId })) {
    if (!isAway(spec)) continue;
    await modify(volumes, id, (now) => (isAway(now.spec) ? { ...now.spec, home: nodeName } : undefined));
  }
}
