import { join } from 'node:path';
import { VolumeError } from '../domain/errors.ts';
import type { Pool } from './pool.ts';

type Where = Pick<Pool, 'name' | 'path' | 'uuid' | 'host'>;

/** Whether the pool's directory still holds the pool: its disk may have been unmounted since it was opened. */
export async function isPresent({ path, uuid, host }: Where): Promise<boolean> {
  return (await host.files.read(join(path, 'pool.json')))?.includes(uuid) === true;
}

/** Throws Unavailable when it does not: what cannot be found then is not gone, and nothing can be made. */
export async function requirePresent(pool: Where): Promise<void> {
  if (await isPresent(pool)) return;
  throw new VolumeError('Unavailable', absence(pool));
}

export function absence({ name, path }: Pick<Where, 'name' | 'path'>): string {
  return `${path} does not hold pool ${name} any more: is its disk unmounted?`;
}
