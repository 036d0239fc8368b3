import type { Access } from '../../../domain/access.ts';
import type { HealthEntry } from '../../../domain/volume.ts';
import type { FilesystemUsage } from '../../../host/host.ts';
import type { Named } from '../words.ts';
import type { DirectorySource } from './directory-source.ts';

/** How a volume is asked for when its directory is opened. */
export interface DirectoryAsk {
  readonly access: Access;
  /** Of the capability, checked. */
  readonly mountFlags: readonly string[];
  /** Of the request; empty when it has none. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** A volume that is a directory, shown on a node by bind mounts: managed, or of a registered filesystem. */
export interface DirectoryVolume extends Named {
  readonly uuid: string;
  readonly exclusive: boolean;
  readonly sharing?: 'many' | undefined;
  /** Absent for a managed volume. */
  readonly fsType?: string | undefined;
  source(ask: DirectoryAsk): DirectorySource;
  /** What is wrong with it, shown or not; empty when nothing is. */
  health(): Promise<readonly HealthEntry[]>;
  /** What is used at a place where it is shown; statfs(2) when absent. */
  usage?(path: string): Promise<Pick<FilesystemUsage, 'totalBytes' | 'freeBytes' | 'availableBytes'>>;
  /** Brings what is shown to the size of the volume and returns that, in bytes. Throws when it has no size. */
  expand(required: number, limit: number): Promise<number>;
}
