import { Option } from 'commander';

/** How a list is written: for people, for people with wide screens, for programs. */
export type Output = 'table' | 'wide' | 'json';

export interface OutputOptions {
  readonly output: Output;
}

export function outputOption(): Option {
  return new Option('-o, --output <format>', 'how to write it').choices(['table', 'wide', 'json']).default('table');
}

/** JSON for programs: every size is a number. */
export function formatJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2);
}
