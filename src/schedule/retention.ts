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
  /** Of a future that a wrong clock has shown: they stay until then, and push nothing out. */
  readonly ahead: readonly string[];
  /** When to look again, as the next one expires by its age or is of the future no more; milliseconds since the epoch. */
  readonly nextCheck: number | undefined;
}

/** What the clock says. */
export interface Moment {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** See `Clock`: otherwise nothing goes by its age. */
  readonly isSteady: boolean;
}

/** Milliseconds by which a cut may be in the future: the clocks of nodes differ. */
const SLACK_MS = 600_000;

/** Milliseconds until a clock that is not to be believed is looked at again. */
const DOUBT_MS = 60_000;

/**
 * Of each volume the newest `count` stay, and all that are younger than `for`; with both, what either keeps. The newest one
 * always stays: a volume of which no new snapshot can be made does not lose its last by age. What was cut together stays for
 * as long as one of its volumes needs it: a new volume under the name of a lost one pushes out nothing of that one.
 */
export function retention(cuts: readonly Cut[], keep: Keep, { now, isSteady }: Moment): Retention {
  const { count, age } = parseKeep(keep);
  const past = cuts.filter(({ time }) => time <= now + SLACK_MS);
  const ahead = cuts.filter(({ time }) => time > now + SLACK_MS);
  const newest = newestOfEach(past, Math.max(count, 1));
  const beyond = past.filter((cut) => !newest.has(cut));
  const isDoubtful = age > 0 && !isSteady;
  const old = isDoubtful ? [] : beyond.filter(({ time }) => now - time >= age);
  const ends = beyond.filter(({ time }) => now - time < age && age < Infinity).map(({ time }) => time + age);
  const doubt = isDoubtful && beyond.length > 0 ? now + DOUBT_MS : undefined;
  return {
    expired: old.filter((cut) => !cut.isLocked).map((cut) => cut.id),
    locked: old.filter((cut) => cut.isLocked).map((cut) => cut.id),
    ahead: ahead.map(({ id }) => id),
    nextCheck: earliest(doubt, ...ends, ...ahead.map(({ time }) => time - SLACK_MS)),
  };
}

/** Says why a cut of `Retention.ahead` stays. */
export function aheadOfTime(name: string): string {
  return `${name} is dated in the future, by a clock that was wrong: it stays, delete it when nobody needs it`;
}

/** So many of each volume. */
function newestOfEach(cuts: readonly Cut[], count: number): ReadonlySet<Cut> {
  const found = new Map<string, number>();
  const newest = new Set<Cut>();
  for (const cut of cuts.toSorted(newestFirst)) {
    for (const volume of cut.of) {
      const before = found.get(volume) ?? 0;
      if (before < count) newest.add(cut);
      found.set(volume, before + 1);
    }
  }
  return newest;
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
