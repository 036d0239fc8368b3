import path from 'node:path';

/** Tests that run together: side by side where they do not disturb each other. */
export interface Part {
  readonly name: string;
  /** How many files at once. */
  readonly jobs: number;
}

/** In this order: each needs the release as the one before left it. The last one uninstalls it. */
const PARTS: readonly Part[] = [
  { name: 'parallel', jobs: 4 },
  { name: 'serial', jobs: 1 },
  { name: 'attach', jobs: 1 },
  { name: 'uninstall', jobs: 1 },
];

export interface Choice {
  readonly part: Part;
  /** Files or globs. */
  readonly files: readonly string[];
}

/** All parts, or those of the files that are named. */
export function choose(named: readonly string[]): readonly Choice[] {
  const choices = PARTS.map((part) => ({
    part,
    files: named.length === 0 ? [`test/e2e/${part.name}/*.e2e.ts`] : named.filter((file) => partOf(file) === part.name),
  }));
  return choices.filter(({ files }) => files.length > 0);
}

function partOf(file: string): string {
  return path.basename(path.dirname(path.resolve(file)));
}
