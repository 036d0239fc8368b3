import type { Access } from '../../domain/access.ts';

/** A place where a volume shows on this node, whatever kind of volume it is. */
export interface Holding {
  readonly target: string;
  /** How it is held there; undefined when it was not this driver that has attached it. */
  readonly access: Access | undefined;
  /** Nobody can write to it there. */
  readonly readOnly: boolean;
}

/** How a volume is held, by all the places where it shows: a writer decides, whatever else reads beside it. */
export function heldAccess(shown: readonly Holding[]): Access | undefined {
  const held = shown.map(({ access }) => access).filter((access) => access !== undefined);
  return held.find((access) => access !== 'reader') ?? held[0];
}
