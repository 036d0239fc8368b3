import { expect } from 'chai';
import { CrashPlace } from './crash-place.ts';
import { untilDone } from './crash-orchestrator.ts';
import { difference } from './crash-state.ts';
import type { Step } from '../support/kill-points.ts';

/** A call that is to be killed. Each part may be repeated. */
export interface Scenario {
  /** What leaves something behind that nothing undoes, such as a blank. Never killed. */
  readonly before?: (place: CrashPlace) => Promise<unknown>;
  /** What must be there for the call. Never killed. */
  readonly prepare?: (place: CrashPlace) => Promise<unknown>;
  readonly call: (place: CrashPlace) => Promise<unknown>;
  /** Looks closer at what the call has made. */
  readonly verify?: (place: CrashPlace) => Promise<unknown>;
  /** The opposite calls: back to what was before `prepare`, whether the call was made, half made, or not. */
  readonly undo: (place: CrashPlace) => Promise<unknown>;
}

/** Kills the driver in the midst of a call, again and again, and looks at what a restart makes of it. */
class Killing {
  readonly #place: CrashPlace;
  readonly #scenario: Scenario;
  /** The state before `prepare`. */
  readonly #before: unknown;
  /** The state after the call. */
  readonly #after: unknown;
  /** What the call does. */
  readonly #steps: readonly Step[];

  private constructor(
    place: CrashPlace,
    scenario: Scenario,
    seen: { before: unknown; after: unknown; steps: readonly Step[] },
  ) {
    this.#place = place;
    this.#scenario = scenario;
    this.#before = seen.before;
    this.#after = seen.after;
    this.#steps = seen.steps;
  }

  /** Runs the call once without killing anything: the states to compare with. */
  static async prepare(place: CrashPlace, scenario: Scenario): Promise<Killing> {
    await scenario.before?.(place);
    const before = await place.describe();
    await scenario.prepare?.(place);
    await place.driver.arm(undefined);
    await scenario.call(place);
    const steps = (await place.driver.idle()) ?? [];
    expect(steps, 'steps of the call').not.to.be.empty;
    const after = await place.describe();
    await scenario.verify?.(place);
    const killing = new Killing(place, scenario, { before, after, steps });
    await killing.#expectUndone('undisturbed');
    return killing;
  }

  /** Before and after every step of the call, and after its answer, each repeated: all is as if it had been made once. */
  async repeatAtEveryPoint(): Promise<void> {
    const points = this.#steps.flatMap(({ differsBefore }, step) => [
      ...(differsBefore ? [2 * step] : []),
      2 * step + 1,
    ]);
    for (const point of points) await this.#repeat(point);
    // There may be more steps this time.
    for (let point = 2 * this.#steps.length; await this.#repeat(point); point++);
  }

  /** Returns false when the call was answered first. */
  async #repeat(point: number): Promise<boolean> {
    const died = await this.#killAt(point);
    await this.#expectRepeatable(`point ${point}, ${died ?? 'the answer'}`);
    return died !== undefined;
  }

  /**
   * A caller that gives up and undoes the call leaves nothing behind. What he finds after a step is what he finds before
   * the next.
   */
  async giveUpAtEveryStep(): Promise<void> {
    for (let step = 0; step <= this.#steps.length; step++) {
      const died = await this.#killAt(2 * step);
      const what = `given up at step ${step}, ${died ?? 'the answer'}`;
      await named(what, () => this.#place.restart());
      await this.#expectUndone(what);
    }
  }

  /** Dies after the last of the steps that `isMoment`, and again after every step of the start that follows. */
  async dieStarting(isMoment: (label: string) => boolean): Promise<void> {
    const step = this.#steps.findLastIndex(({ label }) => isMoment(label));
    expect(step, `the moment among ${JSON.stringify(this.#steps)}`).to.be.at.least(0);
    // After each step: before it is what was after the one before.
    for (let point = 1; ; point += 2) {
      await this.#killAt(2 * step + 1);
      const died = await this.#place.dieStarting(point);
      await this.#expectRepeatable(`then in the start at point ${point}, ${died ?? 'the end'}`);
      if (died !== undefined) continue;
      expect(point, 'points of the start').to.be.above(1);
      return;
    }
  }

  /** The driver is dead when this returns. Returns where it killed itself, undefined when it lived to answer. */
  async #killAt(point: number): Promise<string | undefined> {
    const { driver } = this.#place;
    await this.#scenario.prepare?.(this.#place);
    await driver.arm(point);
    const failure = await this.#scenario.call(this.#place).then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    // It may have answered, and die in what it does afterwards.
    const isAlive = (await driver.idle()) !== undefined;
    if (isAlive && failure !== undefined) throw failure.error;
    await driver.kill();
    expect(await this.#place.halfImages(), `point ${point}`).to.deep.equal([]);
    return isAlive ? undefined : this.#place.lastWords();
  }

  async #expectRepeatable(what: string): Promise<void> {
    await named(what, () => this.#place.restart());
    await named(what, () => untilDone(() => this.#scenario.call(this.#place)));
    expect(difference(this.#after, await this.#place.describe()), what).to.deep.equal([]);
    await named(what, async () => this.#scenario.verify?.(this.#place));
    await this.#expectUndone(what);
  }

  async #expectUndone(what: string): Promise<void> {
    await named(`${what}, undone`, () => untilDone(() => this.#scenario.undo(this.#place)));
    expect(difference(this.#before, await this.#place.describe()), `${what}, undone`).to.deep.equal([]);
  }
}

/** The place for the tests of a file. It is made when it is needed, and anew after a test that failed. */
export function useCrashPlace(): {
  killAtEveryPoint: (scenario: Scenario) => Promise<void>;
  killInTheStart: (scenario: Scenario, isMoment: (label: string) => boolean) => Promise<void>;
} {
  let place: CrashPlace | undefined;

  async function forget(): Promise<void> {
    const left = place;
    place = undefined;
    await left?.cleanUp();
  }

  async function prepare(scenario: Scenario): Promise<Killing> {
    place ??= await CrashPlace.make();
    return Killing.prepare(place, scenario);
  }

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await forget();
  });
  after(forget);
  return {
    killAtEveryPoint: async (scenario) => {
      const killing = await prepare(scenario);
      await killing.repeatAtEveryPoint();
      await killing.giveUpAtEveryStep();
    },
    killInTheStart: async (scenario, isMoment) => (await prepare(scenario)).dieStarting(isMoment),
  };
}

async function named(what: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    throw new Error(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
