import { PassThrough, type Readable } from 'node:stream';
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { importInto } from '../../src/import/import-into.ts';
import { parseSource } from '../../src/import/parse-source.ts';
import type { Credentials, Progress, SourceOptions } from '../../src/import/source.ts';
import { temporaryDirectory } from '../support/temporary.ts';

export interface Trial extends Partial<SourceOptions> {
  readonly stdin?: Readable;
  readonly credentials?: Credentials;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** A directory for sources, and one that is filled: `into`. */
export function importWorld() {
  const directory = temporaryDirectory('tome-import');
  const at = (...names: readonly string[]) => path.join(directory.path, ...names);
  return {
    at,
    into: (...names: readonly string[]) => at('into', ...names),
    /** Imports into `into`, as a command line would. */
    fill: async (text: string, trial: Trial = {}): Promise<void> => {
      const { stdin = new PassThrough(), credentials = {}, signal = new AbortController().signal } = trial;
      const { onProgress = () => undefined, ...options } = trial;
      const source = await parseSource(text, { cwd: directory.path, ...options });
      await importInto(source, at('into'), { stdin, credentials, signal, onProgress, retryPauseMs: 20 });
    },
    /** Names of what is in `into`. */
    names: async () => (await readdir(at('into'))).sort(),
    make: (...names: readonly string[]) => mkdir(at(...names), { recursive: true }),
    cleanUp: () => directory.cleanUp(),
  };
}

export type ImportWorld = ReturnType<typeof importWorld>;
