import type { Schedule } from '../domain/schedule.ts';
import type { Volume } from '../domain/volume.ts';
import { stampOf } from '../schedule/names.ts';

/** The spec of a snapshot or of a group snapshot. */
interface Marked {
  readonly parameters: Readonly<Record<string, string>>;
}

/** A parameter that no caller can give: by it a schedule knows what it has made. */
const MADE_BY = 'schedule-uuid';

const OF_VOLUMES = 'volume-uuid';

/** What a snapshot or group snapshot of volumes has among its parameters, for the schedule and for people. */
export function marksOf({ spec: { name, uuid } }: Schedule, of: readonly Volume[]): Readonly<Record<string, string>> {
  return { schedule: name, [MADE_BY]: uuid, [OF_VOLUMES]: of.map(({ spec }) => spec.uuid).join(',') };
}

/**
 * Which volumes it is of: those that were deleted and made anew do not push out what is left of the ones before. `ids`: of the
 * volumes, for what was made before their uuids were noted.
 */
export function volumesOf({ parameters }: Marked, ids: readonly string[]): readonly string[] {
  return parameters[OF_VOLUMES]?.split(',') ?? ids;
}

/** Whether the schedule has made it; one of the same name that was there before has made nothing of this one. */
export function isMadeBy({ parameters }: Marked, { spec: { uuid } }: Schedule): boolean {
  return parameters[MADE_BY] === uuid;
}

/**
 * The name of what is made of a volume for a time, or of all volumes together: the same each time, so that a repetition
 * finds what is there. The name of a schedule has no dot, so no two of them can come to one name.
 */
export function nameOfCut({ spec }: Schedule, time: number, volume?: string): string {
  return [spec.name, ...(volume === undefined ? [] : [volume]), stampOf(time)].join('.');
}
