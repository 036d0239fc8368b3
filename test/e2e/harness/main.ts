import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { command, interrupt, wasInterrupted, type CommandOptions } from './command.ts';
import { printDiagnostics } from './diagnostics.ts';
import type { Environment } from './environment.ts';
import { foreignCluster } from './foreign-cluster.ts';
import { hostPods } from './host-pods.ts';
import { objectStorePods } from './object-store.ts';
import { ownCluster, takeDown } from './own-cluster.ts';
import { choose, type Choice } from './parts.ts';
import { managedRoot, poolsDirectory, valuesFor } from './values.ts';

const repository = path.join(import.meta.dirname, '../../..');
const arguments_ = process.argv.slice(2);
const keep = arguments_.includes('--keep');
const forMocha = arguments_.filter((argument) => argument !== '--keep');

/** Exit code: 0 when all passed, 1 when tests failed, this when they did not all run. */
const UNFINISHED = 2;

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interrupt);

if (arguments_.includes('--down')) await takeDown();
else await main();

async function main(): Promise<void> {
  const foreign = (process.env['KUBECONFIG'] ?? '') !== '';
  const environment = foreign ? foreignCluster() : await ownCluster({ keep });
  const folder = await mkdtemp(path.join(tmpdir(), 'tome-e2e-'));
  try {
    await install(environment, folder);
    const files = forMocha.filter((argument) => argument.endsWith('.ts'));
    const options = forMocha.filter((argument) => !argument.endsWith('.ts'));
    for (const choice of choose(files)) await runPart(environment, folder, choice, options);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = UNFINISHED;
    if (!wasInterrupted()) await printDiagnostics(environment);
  } finally {
    await environment.close();
    await rm(folder, { recursive: true });
  }
}

/** The release with the tests' values, and the pods through which the tests see the nodes. */
async function install(environment: Environment, folder: string): Promise<void> {
  const settings = {
    busybox: environment.busybox,
    image: environment.image,
    helm: environment.helm,
    kubectl: environment.kubectl,
    release: 'tome',
    namespace: 'tome-csi',
    chart: path.join(repository, 'charts/tome-csi'),
    valuesFile: path.join(folder, 'values.json'),
    poolsDirectory,
    managedRoot,
    ...(environment.gocryptfs && { filesystem: 'gocryptfs' }),
    hasNtfs: environment.ntfs !== undefined,
    ...(environment.sharedRoot && { sharedRoot: environment.sharedRoot }),
    hasObjectStore: environment.objectStore !== undefined,
    ...(environment.cluster && { cluster: environment.cluster }),
  };
  await writeFile(settings.valuesFile, JSON.stringify(valuesFor(environment)));
  await writeFile(path.join(folder, 'settings.json'), JSON.stringify(settings));
  const { objectStore } = environment;
  const store = objectStore === undefined ? [] : objectStorePods(objectStore, settings.namespace);
  const items = [...hostPods(environment.busybox), ...store];
  const pods = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  await inCluster(environment, [...environment.kubectl, 'apply', '-f', '-'], { input: pods, quiet: true });
  const where = ['--namespace', settings.namespace, '--create-namespace', '--wait', '--timeout', '180s'];
  const helm = [environment.helm, 'upgrade', '--install', settings.release, settings.chart];
  await inCluster(environment, [...helm, '--values', settings.valuesFile, ...where], { quiet: true });
}

async function runPart(environment: Environment, folder: string, { part, files }: Choice, options: readonly string[]) {
  console.log(`\n=== ${part.name}`);
  const results = process.env['TOME_E2E_RESULTS'] ?? folder;
  const env = {
    TOME_E2E: path.join(folder, 'settings.json'),
    TEST_COUNTS: path.join(results, `${part.name}.json`),
  };
  const mocha = [process.execPath, 'node_modules/mocha/bin/mocha.js', '--timeout', '240000'];
  const reporter = ['--reporter', 'scripts/summary-reporter.mjs'];
  const parallel = part.jobs > 1 ? ['--parallel', '--jobs', String(part.jobs)] : [];
  try {
    await inCluster(environment, [...mocha, ...reporter, ...parallel, ...options, ...files], { env });
  } catch (error) {
    // Without its counts it did not come to its end.
    if (!existsSync(env.TEST_COUNTS)) throw error;
    process.exitCode ||= 1;
    await printDiagnostics(environment);
  }
}

function inCluster({ reach, env }: Environment, line: readonly string[], options: CommandOptions): Promise<string> {
  const [program = '', ...args] = [...reach, ...line];
  return command(program, args, { ...options, env: { ...env, ...options.env } });
}
