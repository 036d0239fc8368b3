export interface Column<T> {
  readonly title: string;
  readonly cell: (row: T) => string;
  /** For numbers. */
  readonly alignRight?: boolean;
}

const GAP = '  ';
/** Names may hold any UTF-8; a control character among it must not move the cursor of who lists them. */
const CONTROL = /\p{Cc}/gu;

/** Rows below a line of titles, each column as wide as its widest cell. Empty cells show as `-`. */
export function formatTable<T>(columns: readonly Column<T>[], rows: readonly T[]): string {
  const lines = [columns.map(({ title }) => title), ...rows.map((row) => columns.map(({ cell }) => shown(cell(row))))];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => width(line[index]))));
  return lines.map((line) => formatLine(columns, line, widths)).join('\n');
}

/** One `name: value` line for each pair, values aligned. */
export function formatFields(fields: readonly (readonly [name: string, value: string])[]): string {
  const longest = Math.max(...fields.map(([name]) => name.length)) + 1;
  return fields.map(([name, value]) => `${`${name}:`.padEnd(longest)}${GAP}${shown(value)}`).join('\n');
}

function formatLine<T>(columns: readonly Column<T>[], cells: readonly string[], widths: readonly number[]): string {
  const padded = cells.map((cell, index) => {
    const padding = ' '.repeat((widths[index] ?? 0) - width(cell));
    return columns[index]?.alignRight === true ? padding + cell : cell + padding;
  });
  return padded.join(GAP).trimEnd();
}

function shown(cell: string): string {
  return cell === '' ? '-' : cell.replace(CONTROL, '?');
}

function width(cell: string | undefined): number {
  return Array.from(cell ?? '').length;
}
