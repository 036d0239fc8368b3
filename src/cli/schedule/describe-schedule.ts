import type { ScheduleInfo__Output } from '../../csi/gen/tome/v1/ScheduleInfo.ts';

export function formatSelection({ volumes, tags }: ScheduleInfo__Output): string {
  if (volumes.length > 0) return volumes.join(', ');
  return `those with ${Object.entries(tags)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ')}`;
}

export function formatKeep({ keepCount, keepFor }: ScheduleInfo__Output): string {
  const count = keepCount > 0 ? [String(keepCount)] : [];
  return [...count, ...(keepFor === '' ? [] : [`for ${keepFor}`])].join(', and ');
}

export function stateOf({ suspended, problems }: ScheduleInfo__Output): string {
  if (suspended) return 'Suspended';
  return problems.length > 0 ? 'Failing' : 'Active';
}

/** ISO 8601 without the milliseconds, for people. */
export function formatTime(time: string): string {
  return time.replace('T', ' ').replace(/\.\d+Z$/, 'Z');
}
