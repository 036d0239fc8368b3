import type { SQLOutputValue } from 'node:sqlite';
import * as z from 'zod';
import { messageOf, VolumeError } from '../../domain/errors.ts';
import type { Resource } from '../../domain/resource.ts';
import type { Database } from './database.ts';
import type { Kind } from './kinds.ts';

type Row = Readonly<Record<string, SQLOutputValue>>;

/**
 * Checks every row of a kind against its schemas: the file is an edge. Returns the highest version. Throws DataLoss
 * naming the row. About 10 µs for each.
 */
export function verifyRows<Spec, Status>(database: Database, kind: Kind<Spec, Status>): number {
  const schema = z.object({
    id: z.string(),
    version: z.int(),
    spec: jsonText().pipe(kind.spec),
    status: jsonText().pipe(kind.status),
  });
  return database.run(() => {
    let highest = 0;
    for (const row of database.prepare(`SELECT id, version, spec, status FROM ${kind.table}`).iterate()) {
      const result = schema.safeParse(row);
      if (!result.success) {
        const place = `${kind.table} row ${String(row['id'])} of catalog ${database.path}`;
        throw new VolumeError('DataLoss', `${place} is damaged: restore the file (${z.prettifyError(result.error)})`);
      }
      highest = Math.max(highest, result.data.version);
    }
    return highest;
  });
}

/**
 * A row as a resource. Its JSON is not checked again: `verifyRows` saw all rows after this process had locked the file,
 * and whatever came later this process wrote from checked types. A check of each read would double the time of a list.
 */
export function readRow<Spec, Status>(row: Row): Resource<Spec, Status> {
  return {
    id: String(row['id']),
    version: String(row['version']),
    spec: JSON.parse(String(row['spec'])) as Spec,
    status: JSON.parse(String(row['status'])) as Status,
  };
}

function jsonText(): z.ZodType {
  return z.string().transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch (error) {
      context.addIssue(messageOf(error));
      return z.NEVER;
    }
  });
}
