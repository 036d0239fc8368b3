import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod';
import { messageOf, VolumeError } from '../domain/errors.ts';

/**
 * The configuration from a JSON file, if one is given, with `options` laid over it; those that are undefined leave the
 * file's. Throws InvalidArgument naming each field that is wrong.
 */
export function parseConfig<Config>(schema: z.ZodType<Config>, file: string | undefined, options: object): Config {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const parsed = schema.safeParse({ ...(file === undefined ? {} : readConfig(file)), ...given });
  if (parsed.success) return parsed.data;
  throw new VolumeError('InvalidArgument', `configuration: ${z.prettifyError(parsed.error)}`);
}

/** The absolute path of a socket that is given as a path or as a unix: URL. */
export function socketFile(given: string): string {
  return resolve(given.replace(/^unix:(\/\/)?/, ''));
}

function readConfig(file: string): object {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const why = error instanceof z.ZodError ? 'it is something else' : messageOf(error);
    throw new VolumeError('InvalidArgument', `configuration file ${file} cannot be read as a JSON object: ${why}`, {
      cause: error,
    });
  }
}
