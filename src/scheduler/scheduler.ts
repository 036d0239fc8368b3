import { isDeepStrictEqual } from 'node:util';
import { modifyStatus } from '../catalog/modify.ts';
import type { Call } from '../csi/server/unary.ts';
import { VolumeError } from '../domain/errors.ts';
import type { Outcome, Schedule, ScheduleStatus } from '../domain/schedule.ts';
import { Alarms } from '../schedule/alarms.ts';
import { earliest } from '../schedule/earliest.ts';
import { lookAt } from '../schedule/due.ts';
import type { SchedulerDeps } from './deps.ts';
import { expireSnapshots } from './expire-snapshots.ts';
import { makeSnapshots, type Made } from './make-snapshots.ts';

/** Milliseconds after which what is late is given up, where the next time does not come before. */
const PATIENCE_MS = 3_600_000;

/** What one look at a schedule came to. */
interface Worked {
  readonly status: ScheduleStatus;
  readonly nextCheck: number | undefined;
}

/**
 * Makes snapshots when they are due, and deletes what their schedule does not keep. What it has done it remembers in the
 * schedule's status; killed before that, it does the same again, which finds what is there.
 */
export class Scheduler {
  readonly #deps: SchedulerDeps;
  readonly #alarms: Alarms;
  #unwatch: () => void = () => undefined;

  constructor(deps: SchedulerDeps) {
    this.#deps = deps;
    this.#alarms = new Alarms({
      work: (id, signal) => this.#work(id, { signal, deadline: Infinity }),
      clock: deps.clock,
      failed: (schedule, error) => {
        deps.log.error({ schedule, error }, 'the work on a schedule failed; it is tried again');
      },
    });
  }

  async start(): Promise<void> {
    this.#unwatch = this.#deps.schedules.watch(({ id }) => {
      this.#alarms.wake(id);
    });
    for (const { id } of await this.#deps.schedules.list()) this.#alarms.wake(id);
  }

  /** Ends what is under way. */
  async stop(): Promise<void> {
    this.#unwatch();
    await this.#alarms.stop();
  }

  /** Resolves when nothing is worked on. */
  idle(): Promise<void> {
    return this.#alarms.idle();
  }

  /**
   * Makes what the schedule would make at `time`, now, whether or not it is suspended. Safe to repeat with the same time.
   * Throws Aborted while it is being made.
   */
  async run(schedule: Schedule, time: number, call: Call): Promise<Outcome> {
    const { now } = this.#deps.clock;
    const made = await makeSnapshots(
      { schedule, time, until: now(), isWanted: () => Promise.resolve(true) },
      this.#deps,
      call,
    );
    const [first] = made.waiting;
    if (first !== undefined) throw new VolumeError('Aborted', `${first}; try again`);
    const lastOutcome = this.#told(schedule, made);
    await this.#write(schedule, ({ status }) => ({ ...status, lastOutcome }));
    this.#alarms.wake(schedule.id);
    return lastOutcome;
  }

  /** Returns when to look again, milliseconds since the epoch. */
  async #work(id: string, call: Call): Promise<number | undefined> {
    const { schedules } = this.#deps;
    const schedule = await schedules.find(id);
    if (schedule === undefined) return undefined;
    const { status, nextCheck } = await this.#look(schedule, call);
    const known = ({ lastOutcome }: ScheduleStatus): ScheduleStatus => ({
      ...status,
      // Somebody may have had it run meanwhile.
      lastOutcome: status.lastOutcome === schedule.status.lastOutcome ? lastOutcome : status.lastOutcome,
    });
    await this.#write(schedule, (now) => known(now.status));
    return earliest(status.next === undefined ? undefined : Date.parse(status.next), nextCheck);
  }

  async #look(schedule: Schedule, call: Call): Promise<Worked> {
    const { clock } = this.#deps;
    const { spec, status } = schedule;
    const { due, next, counted } = lookAt(spec, status, clock.now());
    const upNext = next === undefined ? undefined : new Date(next).toISOString();
    const before: ScheduleStatus = { kept: status.kept, lastOutcome: status.lastOutcome, ...counted, next: upNext };
    if (spec.suspend) return { status: { ...before, kept: [] }, nextCheck: undefined };
    const after = due === undefined ? before : await this.#make(schedule, before, due, next, call);
    const { kept, nextCheck } = await expireSnapshots(schedule, this.#deps, call);
    return { status: { ...after, kept: [...kept] }, nextCheck };
  }

  async #make(
    schedule: Schedule,
    before: ScheduleStatus,
    due: number,
    next: number | undefined,
    call: Call,
  ): Promise<ScheduleStatus> {
    const { clock, schedules } = this.#deps;
    const until = Math.min(next ?? Infinity, clock.now() + PATIENCE_MS);
    const isWanted = async (): Promise<boolean> => {
      const now = await schedules.find(schedule.id);
      return now?.spec.uuid === schedule.spec.uuid && !now.spec.suspend;
    };
    const made = await makeSnapshots({ schedule, time: due, until, isWanted }, this.#deps, call);
    const lastOutcome = this.#told(schedule, made);
    return { ...before, lastTime: lastOutcome.time, lastOutcome };
  }

  #told({ id }: Schedule, { time, made, problems }: Made): Outcome {
    const { log } = this.#deps;
    for (const problem of problems) log.warn({ schedule: id, time, problem }, 'a scheduled snapshot was not made');
    log.info({ schedule: id, time, made }, 'scheduled snapshots are made');
    return { time, made, problems: [...problems] };
  }

  async #write({ id, spec }: Schedule, change: (schedule: Schedule) => ScheduleStatus): Promise<void> {
    await modifyStatus(this.#deps.schedules, id, (now) => {
      if (now.spec.uuid !== spec.uuid) return undefined;
      const status = withoutUndefined(change(now));
      // A write wakes the work again, so one that says nothing new would never end.
      return isDeepStrictEqual(status, withoutUndefined(now.status)) ? undefined : status;
    });
  }
}

/** As it is read back from the catalog. */
function withoutUndefined(status: ScheduleStatus): ScheduleStatus {
  const entries = Object.entries(status).filter(([, value]) => value !== undefined);
  return { kept: status.kept, ...Object.fromEntries(entries) };
}
