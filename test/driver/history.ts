/** Readers go with readers, shared writers with shared writers of the same node, a sole writer with nobody. */
export type Holding = 'reader' | 'shared-writer' | 'sole-writer';

/** How long somebody held the volume for certain: from the answer that gave it to the request that gave it back. */
export interface Hold {
  readonly holder: string;
  readonly how: Holding;
  readonly from: number;
  to: number;
}

/** Who was seen to have the volume by a look that took from `from` to `to`. */
export interface Sighting {
  readonly holders: readonly string[];
  readonly from: number;
  readonly to: number;
}

/**
 * What callers were granted, and what others saw meanwhile, by the clock of the one process in which all of them are.
 * What a grant's answer was lost of is not in it: nobody knows whether it was made.
 */
export class History {
  readonly holds: Hold[] = [];
  readonly sightings: Sighting[] = [];

  /** To be called when the answer is there; returns what to call right before it is given back. */
  begin(holder: string, how: Holding): () => void {
    const hold: Hold = { holder, how, from: performance.now(), to: Infinity };
    this.holds.push(hold);
    return () => {
      hold.to = performance.now();
    };
  }

  /** Looks, and notes what was seen and when. */
  async look(see: () => Promise<readonly string[]>): Promise<void> {
    const from = performance.now();
    const holders = await see();
    this.sightings.push({ holders, from, to: performance.now() });
  }

  /** Two who must not have had it at the same time, or somebody seen beside one who had it alone. */
  violations(): string[] {
    return [...this.#overlaps(), ...this.#intruders()];
  }

  /** How many held it at once, at most. */
  most(how: Holding): number {
    const holds = this.holds.filter((hold) => hold.how === how);
    return Math.max(
      0,
      ...holds.map((one) => holds.filter((other) => other.from <= one.from && one.from < other.to).length),
    );
  }

  *#overlaps(): Generator<string> {
    const holds = this.holds.toSorted((a, b) => a.from - b.from);
    for (const [index, first] of holds.entries()) {
      for (const second of holds.slice(index + 1)) {
        if (second.from >= first.to) break;
        if (first.holder !== second.holder && !canShare(first.how, second.how))
          yield `${describe(first)} and ${describe(second)} at once`;
      }
    }
  }

  *#intruders(): Generator<string> {
    for (const { holders, from, to } of this.sightings) {
      const owner = this.holds.find((hold) => hold.how === 'sole-writer' && hold.from <= from && to <= hold.to);
      const others = owner === undefined ? [] : holders.filter((holder) => holder !== owner.holder);
      if (owner !== undefined && others.length > 0) yield `${others.join(', ')} seen beside ${describe(owner)}`;
    }
  }
}

function canShare(a: Holding, b: Holding): boolean {
  return a === b && a !== 'sole-writer';
}

function describe({ holder, how, from, to }: Hold): string {
  return `${how} ${holder} (${from.toFixed(1)} to ${to.toFixed(1)} ms)`;
}
