import type { Terminal } from './terminal.ts';
import { formatJson, type Output } from './output.ts';
import { formatTable, type Column } from './table.ts';

export interface Listing<T> {
  readonly rows: readonly T[];
  readonly columns: readonly Column<T>[];
  /** Beside the others, with `-o wide`. */
  readonly wideColumns: readonly Column<T>[];
  /** What a program reads of one row. */
  readonly plain: (row: T) => object;
  /** Said on stderr when there is nothing to list. */
  readonly whenEmpty: string;
}

/** Writes a list as asked for. An empty table is nothing on stdout. */
export function printList<T>(terminal: Terminal, listing: Listing<T>, output: Output): void {
  const { rows, columns, wideColumns, plain, whenEmpty } = listing;
  if (output === 'json') terminal.print(formatJson(rows.map(plain)));
  else if (rows.length === 0) terminal.note(whenEmpty);
  else terminal.print(formatTable(output === 'wide' ? [...columns, ...wideColumns] : columns, rows));
}
