import type { Logger } from 'pino';
import type { Catalog, Collection } from '../catalog/catalog.ts';
import { modify } from '../catalog/modify.ts';
import type { PoolResource } from '../domain/pool.ts';
import type { Resource } from '../domain/resource.ts';
import type { VolumeSpec } from '../domain/volume.ts';
import type { Pool } from '../pool/pool.ts';

/**
 * After the node, or the pool, was given another name: moves all that the catalog has under the pool's former ids, known
 * by its uuid, to the present one, and forgets those. Safe to repeat. Only for a catalog that is this node's alone.
 */
export async function takeOverPool(pool: Pool, present: PoolResource, catalog: Catalog): Promise<void> {
  await takeOver(present, ({ status }) => status.uuid === pool.uuid, catalog, pool.log);
}

/** As `takeOverPool`, of each other pool that `isSame` is true of. */
export async function takeOver(
  present: PoolResource,
  isSame: (pool: PoolResource) => boolean,
  catalog: Catalog,
  log: Logger,
): Promise<void> {
  const others = (await catalog.pools.list()).filter(({ id }) => id !== present.id);
  for (const former of others.filter(isSame)) {
    await moveAll(catalog.volumes, former.id, (spec) => movedVolume(spec, former, present));
    await moveAll(catalog.snapshots, former.id, (spec) => ({ ...spec, pool: present.id }));
    await moveAll(catalog.groups, former.id, (spec) => ({ ...spec, pool: present.id }));
    await catalog.pools.remove(former);
    log.info({ former: former.id, present: present.id }, 'pool has another name now');
  }
}

async function moveAll<R extends Resource<{ readonly pool: string }, unknown>>(
  collection: Collection<R>,
  former: string,
  moved: (spec: R['spec']) => R['spec'],
): Promise<void> {
  for (const { id } of await collection.list({ pool: former })) {
    await modify(collection, id, ({ spec }) => (spec.pool === former ? moved(spec) : undefined));
  }
}

/** What was mounted on the node before is so still: its grants go by the new name. */
function movedVolume(spec: VolumeSpec, former: PoolResource, present: PoolResource): VolumeSpec {
  const attachments = spec.attachments.map((attachment) =>
    attachment.nodeName === former.spec.agent ? { ...attachment, nodeName: present.spec.agent } : attachment,
  );
  return { ...spec, pool: present.id, attachments };
}
