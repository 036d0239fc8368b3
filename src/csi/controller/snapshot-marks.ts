import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { VolumeError } from '../../domain/errors.ts';
import type { Snapshot, SnapshotSpec } from '../../domain/snapshot.ts';
import { booleanParameter, parseValues, requireKnown } from '../server/parameters.ts';
import type { Call } from '../server/unary.ts';
import { changeResource } from './change-volume.ts';
import type { Asking } from './deps.ts';
import { mergeTags, parseTags, tagPrefix, type Tags } from './tags.ts';

const schema = z.strictObject({ deleteLock: booleanParameter.optional() });

/** Absent is unchanged; a tag with an empty value is to be removed. */
export type MarkChanges = z.infer<typeof schema> & { readonly tags: Tags };

type Marks = Pick<SnapshotSpec, 'deleteLock' | 'tags'>;

/** What a VolumeSnapshotClass asks for. Throws InvalidArgument naming the key, and for an unknown one the known. */
export function parseMarks(parameters: Readonly<Record<string, string>>): MarkChanges {
  const { tags, others } = parseTags(parameters);
  requireKnown(others, [...Object.keys(schema.shape), `${tagPrefix}<name>`]);
  return { ...parseValues(schema, others), tags };
}

/** The marks with the changes laid over them, without what says nothing. */
export function withMarks({ deleteLock, tags = {} }: Marks, changes: MarkChanges): Marks {
  const merged = mergeTags(tags, changes.tags);
  return {
    deleteLock: (changes.deleteLock ?? deleteLock) === true ? true : undefined,
    tags: Object.keys(merged).length === 0 ? undefined : merged,
  };
}

/**
 * Locks, unlocks and tags a snapshot or template that is ready: all of the changes or none. The agent is asked, since the
 * image's record has them too. Throws NotFound with `what`, InvalidArgument as `parseMarks`.
 */
export async function changeMarks(
  { id, what }: { readonly id: string; readonly what: string },
  parameters: Readonly<Record<string, string>>,
  asking: Asking,
  call: Call,
): Promise<Snapshot> {
  if (Object.keys(parameters).length === 0) {
    throw new VolumeError('InvalidArgument', 'changes is missing: say what is to change');
  }
  const changes = parseMarks(parameters);
  let before: Marks = {};
  const isDone = ({ spec }: Snapshot): boolean => isDeepStrictEqual(marksOf(spec), withMarks(spec, changes));
  const ask = (snapshot: Snapshot): SnapshotSpec | undefined => {
    before = marksOf(snapshot.spec);
    return isDone(snapshot) ? undefined : { ...snapshot.spec, ...withMarks(snapshot.spec, changes) };
  };
  const undo = ({ spec }: Snapshot, asked: SnapshotSpec): SnapshotSpec | undefined =>
    isDeepStrictEqual(marksOf(spec), marksOf(asked)) ? { ...spec, ...before } : undefined;
  return await changeResource(asking.catalog.snapshots, { id, what }, { ask, isDone, undo }, asking, call);
}

function marksOf({ deleteLock, tags }: Marks): Marks {
  return { deleteLock, tags };
}
