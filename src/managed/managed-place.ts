import { join } from 'node:path';
import type { Logger } from 'pino';
import { VolumeError } from '../domain/errors.ts';
import { isIdOfVolume } from '../domain/ids.ts';
import type { ShownDirectories } from '../directory/shown-directories.ts';
import type { ManagedRoot } from '../domain/pool.ts';
import { parseStored } from '../domain/stored-json.ts';
import type { Host } from '../host/host.ts';
import { managedRecordSchema, type Identity, type ManagedRecord } from './record.ts';

/** Work for one key runs one after another. */
export interface Locks {
  run<T>(key: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T>;
}

/** Where this node shows volumes now, as the kernel says. */
export type WhereShown = Pick<ShownDirectories, 'of' | 'all'>;

export interface ManagedOptions {
  readonly host: Host;
  readonly log: Logger;
  /** Undefined where no other node can have the same directories. */
  readonly nodeName?: string | undefined;
  /** Where the records are. */
  readonly directory: string;
  /** Without symlinks; none: there are no managed volumes. */
  readonly roots: readonly ManagedRoot[];
  /** Shared by all who work on volumes in this process, keyed by the id of the volume. */
  readonly locks: Locks;
  readonly shown: WhereShown;
}

/** This node's managed volumes. The functions that make, change or delete one take its lock themselves. */
export interface ManagedPlace extends ManagedOptions {
  /** By id; complete, since nobody else writes them. */
  readonly records: Map<string, ManagedRecord>;
  /** Which directories they are, where that has been seen since the start. */
  readonly identities: Map<string, Identity>;
  /** Records that cannot be read: until a person has mended them nobody can say which directories are taken. */
  readonly problems: readonly string[];
}

/** Reads the records. One that cannot be read keeps new volumes out, and the others as they are. */
export async function openManagedPlace(options: ManagedOptions): Promise<ManagedPlace> {
  const { host, log, directory } = options;
  const problems: string[] = [];
  const place: ManagedPlace = { ...options, records: new Map(), identities: new Map(), problems };
  for (const name of await host.files.list(directory)) {
    if (!name.endsWith('.json')) continue;
    try {
      await load(place, join(directory, name));
    } catch (error) {
      if (!(error instanceof VolumeError)) throw error;
      log.error({ record: name, why: error.message }, 'the record of a managed volume cannot be read; it is kept');
      problems.push(error.message);
    }
  }
  return place;
}

async function load(place: ManagedPlace, file: string): Promise<void> {
  const text = await place.host.files.read(file);
  if (text === undefined) return;
  const record = parseStored(text, managedRecordSchema, file);
  if (file !== recordFile(place, record.id)) {
    throw new VolumeError('DataLoss', `${file} is the record of ${record.id}: move it away`);
  }
  place.records.set(record.id, record);
}

/** Only ids of our own making become paths. */
export function recordFile({ directory }: Pick<ManagedPlace, 'directory'>, id: string): string {
  if (!isIdOfVolume(id)) throw new VolumeError('NotFound', `"${id.slice(0, 64)}" is not the id of a volume`);
  return join(directory, `${id}.json`);
}
