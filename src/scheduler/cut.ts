import { createSnapshot } from '../csi/controller/create-snapshot.ts';
import { createVolumeGroupSnapshot } from '../csi/group-controller/create-volume-group-snapshot.ts';
import type { Call } from '../csi/server/unary.ts';
import { VolumeError } from '../domain/errors.ts';
import { groupId, snapshotId } from '../domain/ids.ts';
import type { Schedule } from '../domain/schedule.ts';
import type { Volume } from '../domain/volume.ts';
import type { SchedulerDeps } from './deps.ts';
import { isMadeBy, marksOf, nameOfCut } from './marks.ts';

/** One thing to be made for a time. */
export interface Cut {
  /** For people: the volumes. */
  readonly what: string;
  /** How many snapshots it is. */
  readonly count: number;
  /** Safe to repeat. Throws as CreateSnapshot and CreateVolumeGroupSnapshot do. */
  readonly make: (call: Call) => Promise<void>;
}

/** A snapshot of each volume, or one of all that are cut together. */
export function cutsOf(
  schedule: Schedule,
  volumes: readonly Volume[],
  time: number,
  deps: SchedulerDeps,
): readonly Cut[] {
  if (!schedule.spec.together) return volumes.map((volume) => cutOne(schedule, volume, time, deps));
  return volumes.length === 0 ? [] : [cutTogether(schedule, volumes, time, deps)];
}

function cutOne(schedule: Schedule, volume: Volume, time: number, { controller }: SchedulerDeps): Cut {
  const { id, spec } = volume;
  const name = nameOfCut(schedule, time, spec.name);
  const request = { name, sourceVolumeId: id, secrets: {}, parameters: {}, accessibilityRequirements: null };
  const make = async (call: Call): Promise<void> => {
    await createSnapshot(request, controller, call, marksOf(schedule, [volume]));
    const made = await controller.catalog.snapshots.find(snapshotId(name));
    if (made !== undefined && !isMadeBy(made.spec, schedule)) throw taken(`snapshot ${name}`);
  };
  return { what: spec.name, count: 1, make };
}

function cutTogether(schedule: Schedule, volumes: readonly Volume[], time: number, { controller }: SchedulerDeps): Cut {
  const name = nameOfCut(schedule, time);
  const request = { name, sourceVolumeIds: volumes.map(({ id }) => id), secrets: {}, parameters: {} };
  const make = async (call: Call): Promise<void> => {
    await createVolumeGroupSnapshot(request, controller, call, marksOf(schedule, volumes));
    const made = await controller.catalog.groups.find(groupId(name));
    if (made !== undefined && !isMadeBy(made.spec, schedule)) throw taken(`group snapshot ${name}`);
  };
  return { what: volumes.map(({ spec }) => spec.name).join(', '), count: volumes.length, make };
}

function taken(what: string): VolumeError {
  return new VolumeError('AlreadyExists', `${what} is there, and this schedule has not made it: delete that first`);
}
