import type { ManagedRoot } from '../domain/pool.ts';
import type { ManagedPlace } from './managed-place.ts';

export interface RootProblem {
  readonly reason: 'RootMissing' | 'RecordUnreadable';
  readonly message: string;
}

/** What keeps volumes from being made now: roots that are not there, and records that cannot be read. */
export async function rootProblems(
  { host, problems }: ManagedPlace,
  roots: readonly ManagedRoot[],
): Promise<readonly RootProblem[]> {
  const found: RootProblem[] = problems.map((message) => ({ reason: 'RecordUnreadable', message }));
  for (const { path } of roots) {
    const kind = (await host.files.stat(path))?.kind;
    if (kind === 'directory') continue;
    const what = kind === undefined ? 'is not there' : 'is no directory; a symlink is never followed';
    found.push({ reason: 'RootMissing', message: `the managed root ${path} ${what}` });
  }
  return found;
}
