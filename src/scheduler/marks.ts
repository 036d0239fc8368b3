import type { Schedule } from '../domain/schedule.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import type { Volume } from '../domain/volume.ts';
import { stampOf } from '../schedule/names.ts';

/** A parameter that no caller can give: by it a schedule knows what it has made. */
const MADE_BY = 'schedule-uuid';

/** What a snapshot or group snapshot has among its parameters, for the schedule and for people. */
export function marksOf({ spec: { name, uuid } }: Schedule): Readonly<Record<string, string>> {
  return { schedule: name, [MADE_BY]: uuid };
}

const OF_VOLUME = 'volume-uuid';

/** As `marksOf`, for a snapshot of one volume. */
export function marksOfVolume(schedule: Schedule, { spec }: Volume): Readonly<Record<string, string>> {
  return { ...marksOf(schedule), [OF_VOLUME]: spec.uuid };
}

/** Which volume a snapshot is of: one that was deleted and made anew does not push out what is left of the one before. */
export function volumeOf({ spec: { sourceVolumeId, parameters } }: Snapshot): string {
  return `${sourceVolumeId}/${parameters[OF_VOLUME] ?? ''}`;
}

/** Whether the schedule has made it; one of the same name that was there before has made nothing of this one. */
export function isMadeBy(
  { spec: { parameters } }: { readonly spec: { readonly parameters: Readonly<Record<string, string>> } },
  { spec: { uuid } }: Schedule,
): boolean {
  return parameters[MADE_BY] === uuid;
}

/**
 * The name of what is made of a volume for a time, or of all volumes together: the same each time, so that a repetition
 * finds what is there. The name of a schedule has no dot, so no two of them can come to one name.
 */
export function nameOfCut({ spec }: Schedule, time: number, volume?: string): string {
  return [spec.name, ...(volume === undefined ? [] : [volume]), stampOf(time)].join('.');
}
