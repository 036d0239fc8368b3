import type { Catalog } from '../../catalog/catalog.ts';
import type { FilesystemRulebook } from '../../domain/filesystem-rules.ts';
import type { NodeTurns } from './node-turns.ts';

/** All that the controller knows: it never touches storage. */
export interface ControllerDeps {
  readonly catalog: Catalog;
  readonly filesystemRules: FilesystemRulebook;
  /** How many volumes one node may have attached; 0 for any number. */
  readonly maxVolumesPerNode: number;
  readonly turns: NodeTurns;
}
