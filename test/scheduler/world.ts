import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { modify } from '../../src/catalog/modify.ts';
import type { Collection } from '../../src/catalog/catalog.ts';
import { newSchedule, type Schedule, type ScheduleSpec } from '../../src/domain/schedule.ts';
import { Scheduler } from '../../src/scheduler/scheduler.ts';
import { madeVolume, startController, type TestController } from '../support/controller.ts';
import { FakeClock } from '../support/fake-clock.ts';

export const START = '2026-11-21T12:00:00Z';

/** A controller with the volumes `data` and `logs`, a clock that a test moves, and a scheduler over both. */
export interface World {
  readonly test: TestController;
  readonly clock: FakeClock;
  readonly scheduler: Scheduler;
  make(name: string, changes?: Partial<ScheduleSpec>): Promise<void>;
  change(name: string, changes: Partial<ScheduleSpec>): Promise<void>;
  /** As it is in the catalog. */
  schedule(name: string): Promise<Schedule>;
  /** Lets time pass, and waits for what that brings about. */
  to(text: string): Promise<void>;
  /** The names of all snapshots outside of groups, in order. */
  snapshots(): Promise<readonly string[]>;
  groups(): Promise<readonly string[]>;
  /** Ends the scheduler, as a crash does, and starts another one. */
  restart(schedules?: Collection<Schedule>): Promise<void>;
  stop(): Promise<void>;
}

export async function startWorld(): Promise<World> {
  const test = await startController();
  const clock = new FakeClock(START);
  test.agent.now = clock.now;
  await test.addPool('a.default');
  for (const name of ['data', 'logs']) await madeVolume(test, name, { parameters: { 'tag.tier': 'gold' } });
  const { catalog, deps: controller } = test;
  const start = async (schedules: Collection<Schedule>): Promise<Scheduler> => {
    const scheduler = new Scheduler({ schedules, controller, clock, log: pino({ level: 'silent' }) });
    await scheduler.start();
    return scheduler;
  };
  let scheduler = await start(catalog.schedules);
  const named = (
    list: readonly { readonly spec: { readonly name: string; readonly groupId?: string | undefined } }[],
  ) =>
    list
      .filter(({ spec }) => spec.groupId === undefined)
      .map(({ spec }) => spec.name)
      .toSorted();
  return {
    test,
    clock,
    get scheduler() {
      return scheduler;
    },
    async make(name, changes = {}) {
      const created = new Date(clock.now()).toISOString();
      await catalog.schedules.create(name, { ...nightly, name, uuid: randomUUID(), created, ...changes }, newSchedule);
      await scheduler.idle();
    },
    async change(name, changes) {
      await modify(catalog.schedules, name, ({ spec }) => ({ ...spec, ...changes }));
      await scheduler.idle();
    },
    async schedule(name) {
      const found = await catalog.schedules.find(name);
      if (found === undefined) throw new Error(`there is no schedule ${name}`);
      return found;
    },
    async to(text) {
      clock.advanceTo(text);
      await scheduler.idle();
    },
    snapshots: async () => named(await catalog.snapshots.list()),
    groups: async () => named(await catalog.groups.list()),
    async restart(schedules = catalog.schedules) {
      await scheduler.stop();
      scheduler = await start(schedules);
      await scheduler.idle();
    },
    async stop() {
      await scheduler.stop();
      await test.stop();
    },
  };
}

const nightly: Omit<ScheduleSpec, 'name' | 'uuid' | 'created'> = {
  schedule: '0 3 * * *',
  timeZone: 'UTC',
  selector: { volumes: ['data'], tags: {} },
  keep: { count: 7 },
  suspend: false,
  together: false,
};
