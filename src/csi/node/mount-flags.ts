import { join } from 'node:path';
import * as z from 'zod';
import { imageDirectory } from '../../pool/layout.ts';
import type { Pool } from '../../pool/pool.ts';

const flagsSchema = z.array(z.string());

/** Writes down, beside its image, the flags that a volume is mounted with: it may have to be mounted again without being asked. */
export async function noteMountFlags(pool: Pick<Pool, 'path' | 'host'>, id: string, flags: readonly string[]) {
  await pool.host.files.replace(pathOf(pool, id), JSON.stringify(flags));
}

/** Undefined when it was never mounted so. */
export async function notedMountFlags(
  pool: Pick<Pool, 'path' | 'host'>,
  id: string,
): Promise<readonly string[] | undefined> {
  const text = await pool.host.files.read(pathOf(pool, id));
  return text === undefined ? undefined : flagsSchema.parse(JSON.parse(text));
}

function pathOf(pool: Pick<Pool, 'path'>, id: string): string {
  return join(imageDirectory(pool, id), 'mount-flags.json');
}
