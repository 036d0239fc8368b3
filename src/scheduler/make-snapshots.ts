import { messageOf, VolumeError } from '../domain/errors.ts';
import type { Outcome, Schedule } from '../domain/schedule.ts';
import type { Call } from '../csi/server/unary.ts';
import type { Clock } from '../schedule/clock.ts';
import { cutsOf, type Cut } from './cut.ts';
import type { SchedulerDeps } from './deps.ts';
import { selectVolumes } from './select-volumes.ts';

export interface Making {
  readonly schedule: Schedule;
  /** That it is for; milliseconds, as all here. */
  readonly time: number;
  /** When what is still not made is given up for this time. */
  readonly until: number;
  /** Asked before each round: false when somebody has removed or suspended the schedule. */
  readonly isWanted: () => Promise<boolean>;
}

export interface Made extends Outcome {
  /** What was given up while it was still being made, or could not be made just then. */
  readonly waiting: readonly string[];
}

const PAUSE_MS = 5_000;

/** Of these it is worth to try again. */
const PASSING = ['Aborted', 'Unavailable', 'DeadlineExceeded'];

/**
 * Makes what a schedule wants for one time, all of it at once; what cannot be made does not stop the rest. What is only late
 * (a copy takes its time, a pool does not answer) is tried again. Safe to repeat for the same time: what is there is found.
 * Throws the reason of the signal.
 */
export async function makeSnapshots(making: Making, deps: SchedulerDeps, call: Call): Promise<Made> {
  const { schedule, time, until, isWanted } = making;
  const { volumes, problems } = await selectVolumes(schedule.spec, deps.controller.catalog);
  const refused = [...problems];
  let left = cutsOf(schedule, volumes, time, deps);
  let waiting: readonly string[] = [];
  let made = 0;
  for (;;) {
    const tries = await Promise.all(left.map((cut) => attempt(cut, call)));
    made += sum(tries.filter(({ problem }) => problem === undefined).map(({ cut }) => cut.count));
    const late = tries.filter((one) => one.isPassing);
    refused.push(...sentences(tries.filter((one) => !one.isPassing)));
    left = late.map(({ cut }) => cut);
    waiting = sentences(late);
    if (left.length === 0 || deps.clock.now() >= until) break;
    await pause(deps.clock, call.signal);
    if (!(await isWanted())) break;
  }
  return { time: new Date(time).toISOString(), made, problems: [...refused, ...waiting], waiting };
}

interface Attempt {
  readonly cut: Cut;
  readonly problem: string | undefined;
  readonly isPassing: boolean;
}

async function attempt(cut: Cut, call: Call): Promise<Attempt> {
  try {
    await cut.make(call);
    return { cut, problem: undefined, isPassing: false };
  } catch (error) {
    call.signal.throwIfAborted();
    const isPassing = error instanceof VolumeError && PASSING.includes(error.reason);
    return { cut, problem: messageOf(error), isPassing };
  }
}

function sentences(tries: readonly Attempt[]): readonly string[] {
  return tries.flatMap(({ cut, problem }) => (problem === undefined ? [] : [`${cut.what}: ${problem}`]));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

async function pause(clock: Clock, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const end = (): void => {
    resolve(undefined);
  };
  const cancel = clock.after(PAUSE_MS, end);
  signal.addEventListener('abort', end, { once: true });
  await promise;
  cancel();
  signal.removeEventListener('abort', end);
  signal.throwIfAborted();
}
