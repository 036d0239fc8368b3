import { writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';

export interface Measure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What it should be: at most, or at least. Absent for figures that only explain others. */
  readonly atMost?: number;
  readonly atLeast?: number;
}

/** Prints the measures as a Markdown table and writes them, with what they were measured on, to a JSON file. */
export function report(measures: readonly Measure[], file: string): void {
  const lines = measures.map((measure) => `| ${cells(measure).join(' | ')} |`);
  process.stdout.write(['| measure | measured | goal | reached |', '|---|---|---|---|', ...lines, ''].join('\n'));
  const machine = { cpus: cpus().length, model: cpus()[0]?.model, memoryMiB: Math.round(totalmem() / 1048576) };
  const software = { kernel: release(), node: process.version };
  const content = { date: new Date().toISOString(), machine, software, measures };
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
}

/** Whether the measure keeps to its goal; true when it has none. */
export function isReached({ value, atMost = Infinity, atLeast = -Infinity }: Measure): boolean {
  return value <= atMost && value >= atLeast;
}

function cells(measure: Measure): readonly string[] {
  const { name, value, unit, atMost, atLeast } = measure;
  const goal =
    atMost !== undefined ? `at most ${atMost} ${unit}` : atLeast !== undefined ? `at least ${atLeast} ${unit}` : '';
  return [name, `${round(value)} ${unit}`, goal, goal === '' ? '' : isReached(measure) ? 'yes' : 'no'];
}

function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
