/**
 * Makes `deploy/` from the chart: plain manifests for those who do not use Helm, and the table of values in
 * `docs/chart-values.md`. With `--check` nothing is written and Helm is not needed: it fails when the checked-in files are
 * not of this chart, or were changed by hand.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { helmTemplate } from '../test/chart/helm.ts';
import { valuesDocument } from './render-deploy-values.ts';

const repository = path.join(import.meta.dirname, '..');
const chart = path.join(repository, 'charts/tome-csi');
const document = path.join(repository, 'docs/chart-values.md');

const variants = {
  'tome-csi.yaml': 'off',
  'tome-csi-with-snapshots.yaml': 'on, so the cluster needs the CRDs and the controller of external-snapshotter',
};

const namespace = `---
apiVersion: v1
kind: Namespace
metadata:
  name: tome-csi
  labels:
    pod-security.kubernetes.io/enforce: privileged
`;

const stale = process.argv.includes('--check') ? await findStale() : await write();
if (stale.length > 0) {
  console.error(`Not what the chart makes: ${stale.join(', ')}; run "node scripts/render-deploy.ts"`);
  process.exitCode = 1;
}

async function write(): Promise<readonly string[]> {
  const inputs = digestOfChart();
  for (const [name, snapshots] of Object.entries(variants)) {
    const body = manifests(snapshots !== 'off');
    writeFileSync(path.join(repository, 'deploy', name), `${header(snapshots, inputs, body)}${body}`);
  }
  writeFileSync(document, await valuesDocument(chart, readFileSync(document, 'utf8')));
  return [];
}

async function findStale(): Promise<readonly string[]> {
  const inputs = digestOfChart();
  const manifestsThatDiffer = Object.entries(variants).filter(([name, snapshots]) => {
    const present = readFileSync(path.join(repository, 'deploy', name), 'utf8');
    const body = present.slice(present.indexOf('---\n'));
    return present !== `${header(snapshots, inputs, body)}${body}`;
  });
  const table = readFileSync(document, 'utf8');
  const tableDiffers = (await valuesDocument(chart, table)) !== table;
  return [...manifestsThatDiffer.map(([name]) => `deploy/${name}`), ...(tableDiffers ? ['docs/chart-values.md'] : [])];
}

/** What the release would be in a namespace of its own, without what only Helm runs. */
function manifests(snapshots: boolean): string {
  const values = {
    fullnameOverride: 'tome-csi',
    uninstallCheck: { enabled: false },
    snapshots: { enabled: snapshots, groups: false },
  };
  const rendered = helmTemplate({ release: 'tome-csi', namespace: 'tome-csi', values, options: ['--no-hooks'] });
  const plain = rendered
    .replaceAll(/^ +helm\.sh\/.*\n/gm, '')
    .replaceAll(/^( *)annotations:\n(?!\1 )/gm, '')
    .replaceAll('managed-by: Helm', 'managed-by: kubectl');
  return `${namespace}${plain}`;
}

/** The digests say of which chart the file is, and that nobody has changed it, without Helm. */
function header(snapshots: string, inputs: string, body: string): string {
  return [
    '# Made from charts/tome-csi by scripts/render-deploy.ts; do not change it here.',
    `# Snapshots are ${snapshots}.`,
    `# chart: ${inputs}`,
    `# manifests: ${digest(body)}`,
    '',
  ].join('\n');
}

function digestOfChart(): string {
  const files = readdirSync(chart, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
  return digest(files.map((file) => `${path.relative(chart, file)}\n${readFileSync(file, 'utf8')}`).join('\0'));
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
