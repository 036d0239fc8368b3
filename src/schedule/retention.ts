import { VolumeError } from '../domain/errors.ts';
import type { Keep } from '../domain/schedule.ts';
import { earliest } from './earliest.ts';
import { parseDuration } from './duration.ts';

/** What a schedule has made, complete and usable: a snapshot, or several that were cut together. */
export interface Cut {
  readonly id: string;
  /** The volumes that were cut together, each by what tells it from a later one of its name; or the only one. */
  readonly of: readonly string[];
  /** The moment of the cut, milliseconds since the epoch. */
  readonly time: number;
  readonly isLocked: boolean;
}

export interface Retention {
  /** To be deleted now. */
  readonly expired: readonly string[];
  /** Would be deleted, had nobody locked it. */
  readonly locked: readonly string[];
  /** When the next one expires by its age, milliseconds since the epoch. */
  readonly nextCheck: number | undefined;
}

/**
 * Of each volume the newest `count` stay, and all that are younger than `for`; with both, what either keeps. The newest one
 * always stays: a volume of which no new snapshot can be made does not lose its last by age. What was cut together stays for
 * as long as one of its volumes needs it: a new volume under the name of a lost one pushes out nothing of that one.
 */
export function retention(cuts: readonly Cut[], keep: Keep, now: number): Retention {
  const { count, age } = parseKeep(keep);
  const volumes = new Set(cuts.flatMap(({ of }) => of));
  const sorted = cuts.toSorted(newestFirst);
  const ofOne = (volume: string): readonly Cut[] => sorted.filter(({ of }) => of.includes(volume));
  const newest = new Set([...volumes].flatMap((volume) => ofOne(volume).slice(0, Math.max(count, 1))));
  const beyond = cuts.filter((cut) => !newest.has(cut));
  const old = beyond.filter(({ time }) => now - time >= age);
  const ends = beyond.filter(({ time }) => now - time < age && age < Infinity).map(({ time }) => time + age);
  return {
    expired: old.filter((cut) => !cut.isLocked).map((cut) => cut.id),
    locked: old.filter((cut) => cut.isLocked).map((cut) => cut.id),
    nextCheck: earliest(...ends),
  };
}

/** What is not given keeps nothing. Throws InvalidArgument when it says nothing, or not how long. */
export function parseKeep({ count, for: duration }: Keep): { readonly count: number; readonly age: number } {
  if (count === undefined && duration === undefined) {
    throw new VolumeError('InvalidArgument', 'say which snapshots stay: so many of the newest, or those of a time');
  }
  return { count: count ?? 0, age: duration === undefined ? 0 : parseDuration(duration) };
}

function newestFirst(a: Cut, b: Cut): number {
  return b.time - a.time || (a.id < b.id ? 1 : -1);
}
