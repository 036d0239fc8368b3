import { readFileSync } from 'node:fs';
import * as z from 'zod';

const packageSchema = z.object({ version: z.string() });

/** The version in package.json, which lies above the sources and above the bundle alike. */
export const version = readVersion(['../../package.json', '../package.json']);

function readVersion(places: readonly string[]): string {
  for (const place of places) {
    try {
      return packageSchema.parse(JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8'))).version;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
  }
  return 'unknown';
}
