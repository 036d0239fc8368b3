import type { Catalog } from '../../catalog/catalog.ts';
import type { FilesystemRulebook } from '../../domain/filesystem-rules.ts';
import type { NodeTurns } from './node-turns.ts';

/** What it takes to ask an agent and to judge its silence. */
export interface Asking {
  readonly catalog: Catalog;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** All that the controller knows: it never touches storage. */
export interface ControllerDeps extends Asking {
  readonly filesystemRules: FilesystemRulebook;
  /** How many volumes one node may have attached; 0 for any number. */
  readonly maxVolumesPerNode: number;
  readonly turns: NodeTurns;
}
