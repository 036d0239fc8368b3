import { join } from 'node:path';
import * as z from 'zod';
import { VolumeError } from '../domain/errors.ts';
import type { Host } from '../host/host.ts';
import type { KnownPools } from '../pool/pool-set.ts';

const knownPoolSchema = z.object({ uuid: z.string(), path: z.string() });

/**
 * One small file for each pool below the state directory, which is not on the pool. A pool is known by its name and by its
 * path: one that was given another name while its disk is missing is still not made anew.
 */
export function knownPools(stateDir: string, { files }: Host): KnownPools {
  const directory = join(stateDir, 'pools');
  const read = async (file: string) => {
    const text = await files.read(file);
    return text === undefined ? undefined : parse(text, file);
  };
  return {
    async uuidOf({ name, path }) {
      const named = await read(join(directory, `${name}.json`));
      if (named !== undefined) return named.uuid;
      const names = (await files.list(directory)).filter((file) => file.endsWith('.json'));
      const others = await Promise.all(names.map((file) => read(join(directory, file))));
      return others.find((other) => other?.path === path)?.uuid;
    },
    async remember({ name, path }, uuid) {
      await files.makeDirectory(directory);
      await files.replace(join(directory, `${name}.json`), `${JSON.stringify({ uuid, path })}\n`);
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
