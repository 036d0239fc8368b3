import { messageOf } from '../domain/errors.ts';
import type { ManagedRoot } from '../domain/pool.ts';
import type { Host } from '../host/host.ts';
import type { ManagedPlace } from './managed-place.ts';
import { requireAnswer } from './require-answer.ts';

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
    const message = await problemOf(host, path);
    if (message !== undefined) found.push({ reason: 'RootMissing', message });
  }
  return found;
}

async function problemOf(host: Host, path: string): Promise<string | undefined> {
  try {
    await requireAnswer(host, path);
  } catch (error) {
    return `the managed root ${messageOf(error)}`;
  }
  const kind = (await host.files.stat(path))?.kind;
  if (kind === 'directory') return undefined;
  const what = kind === undefined ? 'is not there' : 'is no directory; a symlink is never followed';
  return `the managed root ${path} ${what}`;
}
