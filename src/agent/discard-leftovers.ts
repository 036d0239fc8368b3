import type { Logger } from 'pino';
import type { Catalog } from '../catalog/catalog.ts';
import { modify } from '../catalog/modify.ts';
import { VolumeError } from '../domain/errors.ts';

/**
 * Removes what was made here of volumes that a controller has given up and made elsewhere meanwhile. A volume that the
 * catalog has under this very uuid is no leftover, whatever the list says; what is in use stays, and stays on the list.
 */
export async function discardLeftovers(
  poolId: string,
  remove: (id: string, uuid: string) => Promise<void>,
  catalog: Catalog,
  log: Logger,
): Promise<void> {
  const resource = await catalog.pools.find(poolId);
  for (const { id, uuid } of resource?.spec.discard ?? []) {
    try {
      const present = await catalog.volumes.find(id);
      if (present?.spec.uuid !== uuid) await remove(id, uuid);
      log.info({ pool: poolId, id, uuid }, 'removed what was made of a volume that is elsewhere now');
    } catch (error) {
      if (!(error instanceof VolumeError)) throw error;
      log.warn(
        { pool: poolId, id, uuid, err: error },
        'what was made of a volume that is elsewhere now stays for the time being',
      );
      continue;
    }
    await modify(catalog.pools, poolId, ({ spec }) => {
      const discard = spec.discard?.filter((other) => other.uuid !== uuid) ?? [];
      return { ...spec, discard: discard.length === 0 ? undefined : discard };
    });
  }
}
