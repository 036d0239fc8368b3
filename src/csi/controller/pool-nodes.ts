import type { Catalog } from '../../catalog/catalog.ts';
import { findPool } from './find-pool.ts';

/** The nodes that reach a pool's data; none when the pool is not known. */
export async function nodesOfPool(catalog: Catalog, id: string): Promise<readonly string[]> {
  return (await findPool(catalog, id))?.spec.nodes ?? [];
}

/** The nodes of every pool, for answers with many volumes or snapshots. */
export async function nodesByPool({ pools }: Catalog): Promise<ReadonlyMap<string, readonly string[]>> {
  return new Map((await pools.list()).map(({ id, spec }) => [id, spec.nodes]));
}
