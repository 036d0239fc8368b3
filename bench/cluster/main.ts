import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { command, interrupt, type CommandOptions } from '../../test/e2e/harness/command.ts';
import { printDiagnostics } from '../../test/e2e/harness/diagnostics.ts';
import type { Environment } from '../../test/e2e/harness/environment.ts';
import { foreignCluster } from '../../test/e2e/harness/foreign-cluster.ts';
import { ownCluster } from '../../test/e2e/harness/own-cluster.ts';
import { removeRelease } from './remove-release.ts';
import { namespace, parts, release } from './names.ts';
import { benchValues } from './values.ts';

/**
 * `npm run bench:cluster [startup|burst|catalog ...]`: all of them without arguments. `--keep` leaves an own cluster up, for
 * a look at its logs.
 */
const repository = path.join(import.meta.dirname, '../..');
const arguments_ = process.argv.slice(2);
const keep = arguments_.includes('--keep');
const wanted = parts.filter((part) => arguments_.includes(part));
const unknown = arguments_.filter((argument) => argument !== '--keep' && !wanted.some((part) => part === argument));

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interrupt);

if (unknown.length > 0) throw new Error(`${unknown.join(' ')}: there is ${parts.join(', ')}, and --keep`);
const isForeign = (process.env['KUBECONFIG'] ?? '') !== '';
await main(isForeign ? foreignCluster() : await ownCluster({ keep: false }));

async function main(environment: Environment): Promise<void> {
  try {
    if (isForeign) await refuseRelease(environment);
    await withRelease(environment);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  } finally {
    if (!keep || isForeign) await environment.close();
    else
      console.log(
        `The cluster stays: CLUSTER_NAME=${environment.env['CLUSTER_NAME'] ?? ''} ${environment.cluster ?? ''} down`,
      );
  }
}

/** One that is there already has its own values, and perhaps volumes that somebody needs. */
async function refuseRelease(environment: Environment): Promise<void> {
  const list = [environment.helm, 'list', '--all', '--short', '--namespace', release.namespace];
  const present = await inCluster(environment, list, { capture: true });
  if (present.split('\n').includes(release.name)) {
    throw new Error(`release ${release.name} is in namespace ${release.namespace} already: uninstall it first`);
  }
}

async function withRelease(environment: Environment): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tome-bench-'));
  try {
    await install(environment, folder);
    await inCluster(environment, [process.execPath, path.join(repository, 'bench/cluster/measure.ts'), ...wanted], {
      env: { BENCH_BUSYBOX: environment.busybox },
    });
  } catch (error) {
    await printDiagnostics(environment);
    throw error;
  } finally {
    await rm(folder, { recursive: true });
    // A cluster of our own goes with all that is in it.
    if (isForeign) await removeRelease(environment);
  }
}

async function install(environment: Environment, folder: string): Promise<void> {
  const valuesFile = path.join(folder, 'values.json');
  await writeFile(valuesFile, JSON.stringify(benchValues(environment)));
  const chart = path.join(repository, 'charts/tome-csi');
  const where = ['--namespace', release.namespace, '--create-namespace', '--wait', '--timeout', '180s'];
  const helm = [environment.helm, 'install', release.name, chart, '--values', valuesFile, ...where];
  await inCluster(environment, helm, { quiet: true });
  const { kubectl } = environment;
  await inCluster(environment, [...kubectl, 'create', 'namespace', namespace], { quiet: true });
  // Pods are refused until both are there.
  const account = ['serviceaccount/default', 'configmap/kube-root-ca.crt', '--namespace', namespace];
  await inCluster(environment, [...kubectl, 'wait', '--for=create', ...account, '--timeout=60s'], { quiet: true });
}

function inCluster({ reach, env }: Environment, line: readonly string[], options: CommandOptions): Promise<string> {
  const [program = '', ...args] = [...reach, ...line];
  return command(program, args, { ...options, env: { ...env, ...options.env } });
}
