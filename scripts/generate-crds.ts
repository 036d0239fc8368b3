/**
 * Makes `charts/tome-csi/files/crds`, one CustomResourceDefinition each, from the zod schemas of `src/domain` and what
 * `scripts/crds` adds for people. With `--check` nothing is written; it fails when the checked-in files are not what
 * would be made.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'yaml';
import { customResourceDefinition } from './crds/definition.ts';
import { pool } from './crds/pool.ts';
import { quota } from './crds/quota.ts';
import { snapshotGroup } from './crds/snapshot-group.ts';
import { snapshotSchedule } from './crds/snapshot-schedule.ts';
import { snapshot } from './crds/snapshot.ts';
import { volumeImport } from './crds/volume-import.ts';
import { volumeTemplateGroup } from './crds/volume-template-group.ts';
import { volumeTemplate } from './crds/volume-template.ts';
import { volume } from './crds/volume.ts';

const directory = path.join(import.meta.dirname, '../charts/tome-csi/files/crds');
const head = '# Made from src/domain by scripts/generate-crds.ts\n';

const wanted = new Map(
  [
    ...[volume, snapshot, snapshotGroup, pool, quota],
    ...[snapshotSchedule, volumeImport, volumeTemplate, volumeTemplateGroup],
  ].map((definition) => [
    `${definition.kind.plural}.yaml`,
    head + stringify(customResourceDefinition(definition), { lineWidth: 0, aliasDuplicateObjects: false }),
  ]),
);

await mkdir(directory, { recursive: true });
const present = new Map<string, string>();
for (const name of await readdir(directory)) {
  present.set(name, await readFile(path.join(directory, name), 'utf8'));
}

if (process.argv.includes('--check')) compare();
else await replace();

function compare(): void {
  const names = new Set([...wanted.keys(), ...present.keys()]);
  const stale = [...names].filter((name) => wanted.get(name) !== present.get(name));
  if (stale.length === 0) return;
  console.error(
    `charts/tome-csi/files/crds is not what src/domain makes; run "npm run gen". Differs: ${stale.join(', ')}`,
  );
  process.exitCode = 1;
}

async function replace(): Promise<void> {
  for (const name of present.keys()) if (!wanted.has(name)) await rm(path.join(directory, name));
  for (const [name, text] of wanted) await writeFile(path.join(directory, name), text);
}
