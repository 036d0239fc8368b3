import type { MarkParameters } from './marks.ts';
import { formatTags } from './volume/describe-volume.ts';

interface Marked {
  readonly tags: Readonly<Record<string, string>>;
  readonly deleteLock: boolean;
}

/** What came of a change: `has team=blue`, say, or `is locked: nobody deletes it`. */
export function describeMarks({ tags, deleteLock }: Marked, changed: MarkParameters): string {
  if (changed['deleteLock'] === undefined) return `has ${formatTags(tags) || 'no tags'}`;
  return deleteLock ? 'is locked: nobody deletes it' : 'is not locked: it can be deleted';
}
