import type { Catalog } from '../../catalog/catalog.ts';
import type { VolumeSpec } from '../../domain/volume.ts';
import { findPool } from './find-pool.ts';

/** The nodes that reach a pool's data; none when the pool is not known. */
export async function nodesOfPool(catalog: Catalog, id: string): Promise<readonly string[]> {
  return (await findPool(catalog, id))?.spec.nodes ?? [];
}

/** The nodes that may have the volume. */
export async function nodesOfVolume(
  catalog: Catalog,
  spec: Pick<VolumeSpec, 'pool' | 'home'>,
): Promise<readonly string[]> {
  return nodesFor(spec, await nodesOfPool(catalog, spec.pool));
}

/** Of the nodes of its pool, those that may have the volume. */
export function nodesFor({ home }: Pick<VolumeSpec, 'home'>, nodes: readonly string[]): readonly string[] {
  return home === undefined || nodes.length === 0 ? nodes : [home];
}

/** The nodes of every pool, for answers with many volumes or snapshots. */
export async function nodesByPool({ pools }: Catalog): Promise<ReadonlyMap<string, readonly string[]>> {
  return new Map((await pools.list()).map(({ id, spec }) => [id, spec.nodes]));
}
