import { join } from 'node:path';
import * as z from 'zod';
import { VolumeError } from '../domain/errors.ts';
import type { Host } from '../host/host.ts';
import type { KnownPools } from '../pool/pool-set.ts';

const knownPoolSchema = z.object({ uuid: z.string() });

/** One small file for each pool below the state directory, which is not on the pool. */
export function knownPools(stateDir: string, { files }: Host): KnownPools {
  const directory = join(stateDir, 'pools');
  const fileOf = (name: string) => join(directory, `${name}.json`);
  return {
    async uuidOf(name) {
      const text = await files.read(fileOf(name));
      return text === undefined ? undefined : parse(text, fileOf(name)).uuid;
    },
    async remember(name, uuid) {
      await files.makeDirectory(directory);
      await files.replace(fileOf(name), `${JSON.stringify({ uuid })}\n`);
    },
  };
}

function parse(text: string, file: string): z.infer<typeof knownPoolSchema> {
  try {
    return knownPoolSchema.parse(JSON.parse(text));
  } catch (error) {
    const advice = 'it names the pool by its uuid (see pool.json): mend it, or remove it if the pool is new';
    throw new VolumeError('FailedPrecondition', `${file} cannot be read: ${advice}`, { cause: error });
  }
}
