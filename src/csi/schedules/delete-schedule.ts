import { ConflictError } from '../../catalog/catalog.ts';
import type { DeleteScheduleRequest__Output } from '../gen/tome/v1/DeleteScheduleRequest.ts';
import type { DeleteScheduleResponse } from '../gen/tome/v1/DeleteScheduleResponse.ts';
import type { SchedulesDeps } from './deps.ts';

/** What it has made stays, and is nobody's to delete from then on but a person's. Deleting what is gone succeeds. */
export async function deleteSchedule(
  { name }: DeleteScheduleRequest__Output,
  { schedules }: SchedulesDeps,
): Promise<DeleteScheduleResponse> {
  for (;;) {
    const present = await schedules.find(name);
    if (present === undefined) return {};
    try {
      await schedules.remove(present);
    } catch (error) {
      // Its status was written meanwhile.
      if (!(error instanceof ConflictError)) throw error;
    }
  }
}
