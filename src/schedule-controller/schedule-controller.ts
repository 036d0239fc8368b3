import * as z from 'zod';
import { ConflictError } from '../catalog/catalog.ts';
import type { ApiServer } from '../catalog/kubernetes/api-server.ts';
import { schedules } from '../catalog/kubernetes/apis.ts';
import { ObjectClient } from '../catalog/kubernetes/object-client.ts';
import { ObjectWatch } from '../catalog/kubernetes/object-watch.ts';
import type { SnapshotSchedule } from '../domain/snapshot-schedule.ts';
import { Alarms } from '../schedule/alarms.ts';
import type { ScheduleControllerDeps } from './deps.ts';
import { keyOf, readSchedule } from './schedule-object.ts';
import { isSameStatus } from './schedule-status.ts';
import { nameOf, workOnSchedule } from './work-on-schedule.ts';

const WATCH_SECONDS = 60;

export type ScheduleControllerOptions = Omit<ScheduleControllerDeps, 'client'> & { readonly server: ApiServer };

/**
 * Does what SnapshotSchedules say, by VolumeSnapshots. Any number of replicas may do so at once: each asks for the same names,
 * and of several who write what came of it one does, the others look again.
 */
export class ScheduleController {
  readonly #deps: ScheduleControllerDeps;
  readonly #alarms: Alarms;
  readonly #watch: ObjectWatch<string>;
  readonly #server: ApiServer;

  constructor({ server, ...options }: ScheduleControllerOptions) {
    this.#server = server;
    this.#deps = { ...options, client: new ObjectClient(server) };
    this.#alarms = new Alarms({
      work: (key) => this.#work(key),
      clock: options.clock,
      failed: (schedule, error) => {
        options.log.warn({ schedule, error }, 'the work on a SnapshotSchedule failed; it is tried again');
      },
    });
    const wake = (key: string): void => {
      this.#alarms.wake(key);
    };
    this.#watch = new ObjectWatch({
      ...{ server, api: schedules, log: options.log, watchSeconds: WATCH_SECONDS },
      read: keyOf,
      listed: (keys) => {
        keys.forEach(wake);
      },
      changed: wake,
    });
  }

  start(): void {
    this.#watch.start();
  }

  /** Breaks off what is under way, as a crash would: the next one finds what is there. Closes the connections. */
  async stop(): Promise<void> {
    const stopped = [this.#watch.stop(), this.#alarms.stop()];
    this.#server.close();
    await Promise.all(stopped);
  }

  /** Resolves when nothing is worked on. */
  idle(): Promise<void> {
    return this.#alarms.idle();
  }

  async #work(key: string): Promise<number | undefined> {
    const [namespace = '', name = ''] = key.split('/');
    const { client, clock } = this.#deps;
    const place = { api: schedules, namespace, name };
    const found = await client.find(place, z.unknown());
    const schedule = found === undefined ? undefined : readSchedule(found);
    if (schedule === undefined) return undefined;
    const { status, problems, again } = await workOnSchedule(schedule, this.#deps);
    this.#tell(schedule, problems);
    if (isSameStatus(schedule.status, status)) return again;
    try {
      await client.replaceStatus(place, schedule.version, status);
    } catch (error) {
      // Another replica, or a person: what has been made is found again.
      if (!(error instanceof ConflictError)) throw error;
      return clock.now();
    }
    return again;
  }

  /** Once for each that was not there before. */
  #tell(schedule: SnapshotSchedule, problems: readonly string[]): void {
    const { events, log } = this.#deps;
    const before = schedule.status.conditions.find(({ type }) => type === 'Ready')?.message ?? '';
    const [first, ...others] = problems.filter((problem) => !before.includes(problem));
    if (first === undefined) return;
    log.warn({ ...nameOf(schedule), problems }, 'a SnapshotSchedule does not do all it should');
    const { namespace, name: id, uid } = schedule;
    const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
    events.record({
      about: { kind: 'SnapshotSchedule', id, namespace, uid },
      type: 'Warning',
      reason: 'ScheduleFailing',
      message: `${first}${more}`,
    });
  }
}
