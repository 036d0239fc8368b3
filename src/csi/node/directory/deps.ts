import type { ShownDirectories } from '../../../directory/shown-directories.ts';
import type { ManagedPlace } from '../../../managed/managed-place.ts';
import type { FoundVolume } from '../../../pool/pool-set.ts';
import type { DirectoryVolume } from './directory-volume.ts';

/** What the node service needs for volumes that are directories. */
export interface DirectoryDeps {
  readonly shown: ShownDirectories;
  /** This node's managed volumes, and the locks of all who work on volumes in this process. */
  readonly managed: ManagedPlace;
  /** Whether a staging shows in the staging path instead of at it (see `staging-place.ts`). */
  readonly stagesInside: boolean;
  /** A volume of a registered filesystem of kind `directory`; undefined for an image. */
  readonly filesystemVolume: (volume: FoundVolume) => DirectoryVolume | undefined;
}
