import { hasImages, type PoolResource } from '../../domain/pool.ts';

interface Wish {
  readonly fsType: string | undefined;
  readonly sharing: 'one' | 'many';
  /** Of the class. */
  readonly pool?: string | undefined;
}

/**
 * The pools that a volume may be in: those of images, or the one place of a filesystem that stores elsewhere, where nodes
 * share that. A class that names a pool keeps its volumes on the nodes of that.
 */
export function placesFor({ fsType, sharing, pool }: Wish, pools: readonly PoolResource[]): readonly PoolResource[] {
  const isShared = ({ spec }: PoolResource) => spec.filesystem !== undefined && spec.filesystem === fsType;
  const shared = sharing === 'many' && pool === undefined ? pools.filter(isShared) : [];
  return shared.length > 0 ? shared : pools.filter(hasImages);
}
