import type { LedgerEntry } from './ledger.ts';
import type { SnapshotRecord } from './record.ts';

/** What a snapshot or template counts for in its pool. */
export function promiseToSnapshot({ id, uuid, heldBytes, clonedFrom }: SnapshotRecord): LedgerEntry {
  return { id, uuid, bytes: heldBytes, ...(clonedFrom !== undefined && { clonedFrom }) };
}
