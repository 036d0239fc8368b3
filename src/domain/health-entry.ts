import type { HealthEntry } from './volume.ts';

/** Data of the volume is gone. */
export function dataLoss(reason: string, message: string): HealthEntry {
  return { status: 'DATA_LOSS', reason, message };
}

/** The volume cannot be used now; its data may well be there. */
export function inaccessible(reason: string, message: string): HealthEntry {
  return { status: 'INACCESSIBLE', reason, message };
}
