/** The time, and being called at one. */
export interface Clock {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /**
   * Whether it has gone evenly for a while. One that has jumped, or of a machine that has just started, may be wrong by
   * years until a time server has put it right: what goes by its age must wait for that.
   */
  readonly isSteady: () => boolean;
  /** Calls `work` after so many milliseconds; returns how to prevent it. */
  readonly after: (milliseconds: number, work: () => void) => () => void;
}

/** What clocks are made of, in milliseconds: the one on the wall, and one that nobody puts back or forward. */
interface Hands {
  readonly wall: () => number;
  readonly monotonic: () => number;
}

/** Milliseconds; time servers have put a clock right by then. */
const SETTLED_MS = 600_000;

/** By as many milliseconds as this, a clock was put, or the machine has slept. */
const JUMP_MS = 60_000;

/** The clock of this machine, as it goes from now on. */
export function systemClock(
  { wall, monotonic }: Hands = { wall: Date.now, monotonic: () => performance.now() },
): Clock {
  let apart = wall() - monotonic();
  let evenSince = monotonic();
  const now = (): number => {
    const time = wall();
    if (Math.abs(time - monotonic() - apart) > JUMP_MS) {
      evenSince = monotonic();
      apart = time - evenSince;
    }
    return time;
  };
  return {
    now,
    isSteady: () => {
      now();
      return monotonic() - evenSince >= SETTLED_MS;
    },
    after: (milliseconds, work) => {
      const timer = setTimeout(work, milliseconds);
      timer.unref();
      return () => {
        clearTimeout(timer);
      };
    },
  };
}
