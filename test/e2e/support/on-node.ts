import { pods } from './kinds.ts';
import { list } from './objects.ts';
import { run } from './exec.ts';

/** Where the helper pod on every node is (see host-pods.yaml): it sees the node's processes, and its files at /host. */
export const helperNamespace = 'tome-e2e';

/** Runs a shell command on a node, as root: what a person would do who logs in there. */
export async function onNode(node: string, command: string): Promise<string> {
  const [helper] = await list(pods, {
    namespace: helperNamespace,
    labelSelector: 'app=host',
    fieldSelector: `spec.nodeName=${node}`,
  });
  return run({ namespace: helperNamespace, pod: helper?.metadata?.name ?? '' }, command);
}

/** SIGKILL for the driver's process in its node or controller pod on this node; how many processes there were. */
export async function killDriver(node: string, mode: 'node' | 'controller'): Promise<number> {
  // The brackets keep the shell that runs this from finding itself.
  const pattern = `*\\ [${mode.slice(0, 1)}]${mode.slice(1)}\\ --config=/etc/tome/config.json*`;
  return killProcesses(node, pattern);
}

/** SIGKILL for all on a node whose command line `case` of sh takes for this pattern; how many there were. */
export async function killProcesses(node: string, pattern: string): Promise<number> {
  const killed = await onNode(
    node,
    `for p in /proc/[0-9]*; do case "$(tr '\\0' ' ' < $p/cmdline)" in ${pattern}) ` +
      'kill -KILL ${p#/proc/} && echo killed;; esac; done 2>/dev/null; true',
  );
  return killed.split('\n').filter((line) => line === 'killed').length;
}
