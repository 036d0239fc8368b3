import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

export const chartDirectory = path.join(import.meta.dirname, '../../charts/tome-csi');

export interface HelmInput {
  readonly release?: string;
  readonly namespace?: string;
  readonly values?: object;
  /** API groups that the cluster has, as `group/version`. */
  readonly apiVersions?: readonly string[];
  readonly kubeVersion?: string;
  readonly options?: readonly string[];
}

/** The manifests as Helm renders them. Throws with what Helm says. */
export function helmTemplate({ release = 'tome', namespace = 'tome-system', ...input }: HelmInput): string {
  const { apiVersions = [], kubeVersion = '1.36.0', options = [], values = {} } = input;
  const cluster = [`--kube-version=${kubeVersion}`, ...apiVersions.map((version) => `--api-versions=${version}`)];
  return helm(['template', release, chartDirectory, `--namespace=${namespace}`, ...cluster, ...options], values);
}

/** Runs helm, with the values for a command that takes some; returns its output, and throws with what it says when it fails. */
export function helm(args: readonly string[], values?: object): string {
  const withValues = values === undefined ? [] : ['--values=-'];
  const { status, stdout, stderr } = spawnSync(findHelm(), [...args, ...withValues], {
    input: JSON.stringify(values ?? {}),
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: homedir() },
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(stderr + stdout);
  return stdout;
}

/** The one that test/cluster builds, or that of the machine. */
function findHelm(): string {
  const built = path.join(process.env['CLUSTER_BIN'] ?? path.join(homedir(), '.cache/tome-cluster/bin'), 'helm');
  if (existsSync(built)) return built;
  try {
    execFileSync('helm', ['version'], { stdio: 'ignore' });
    return 'helm';
  } catch (error) {
    throw new Error(`no helm: neither ${built} nor one in the path; test/cluster/build makes it`, { cause: error });
  }
}
