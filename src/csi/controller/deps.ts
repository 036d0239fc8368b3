import type { Catalog } from '../../catalog/catalog.ts';
import type { FilesystemRulebook } from '../../domain/filesystem-rules.ts';
import type { NodeTurns } from './node-turns.ts';
import type { PrimeClaims } from './origin/prime-claims.ts';
import type { Quotas } from './quota/quotas.ts';

/** What it takes to ask an agent and to judge its silence. */
export interface Asking {
  readonly catalog: Catalog;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What it takes to ask for something new. */
export interface Creating extends Asking {
  readonly quotas: Quotas;
}

/** All that the controller knows: it never touches storage. */
export interface ControllerDeps extends Creating {
  readonly filesystemRules: FilesystemRulebook;
  /** How many volumes one node may have attached; 0 for any number. */
  readonly maxVolumesPerNode: number;
  readonly turns: NodeTurns;
  /** Where there are claims. */
  readonly primes?: PrimeClaims | undefined;
}
