import type { KubernetesObject, V1Pod } from '@kubernetes/client-node';
import { expect } from 'chai';
import { driverPod, driverPods } from './driver-pod.ts';
import { pods, secrets } from './kinds.ts';
import { list, remove, type Selection } from './objects.ts';
import { killDriver, onNode } from './on-node.ts';
import { isReady, restartsOf } from './pod-state.ts';
import { settings } from './settings.ts';
import { waitFor, watchUntil } from './wait.ts';

const mountPods: Selection = {
  namespace: settings.namespace,
  labelSelector: 'app.kubernetes.io/component=mount',
};

/** The one pod that has the volume mounted. */
export async function mountPodOf(volume: string): Promise<V1Pod> {
  const found = (await list(pods, mountPods)).filter((pod) => isOf(volume, pod));
  expect(found, `mount pods of ${volume}`).to.have.length(1);
  return found[0] ?? {};
}

/** Waits until neither pod nor Secret of the volume is left. */
export async function mountPodGone(volume: string): Promise<void> {
  for (const kind of [pods, secrets] as const) {
    const left = await watchUntil<KubernetesObject>(kind, mountPods, (all) => !all.some((one) => isOf(volume, one)));
    expect(left, `${kind.plural} that stay`).to.not.equal(undefined);
  }
}

/** SIGKILL for what serves the volume in its pod: a program that is started with the volume's id in its arguments. */
export async function killServer(node: string, program: string, volume: string): Promise<void> {
  const killed = await onNode(
    node,
    `for p in /proc/[0-9]*; do case "$(tr '\\0' ' ' < $p/cmdline)" in ${program}*${volume}*) ` +
      'kill -KILL ${p#/proc/} && echo killed;; esac; done 2>/dev/null; true',
  );
  expect(killed).to.contain('killed');
}

/** Kills the driver's process on the node; it is ready again when this returns. */
export async function killAndAwaitDriver(node: string): Promise<void> {
  const before = await driverPod(node);
  expect(await killDriver(node, 'node')).to.equal(1);
  const reference = { kind: pods, namespace: settings.namespace, name: before.metadata?.name ?? '' };
  const isBack = (pod?: V1Pod) => pod !== undefined && isReady(pod) && restartsOf(pod) > restartsOf(before);
  await waitFor(reference, 'restarted', isBack);
}

/** A new pod of the driver on the node. */
export async function replaceDriver(node: string): Promise<void> {
  const { metadata } = await driverPod(node);
  await remove({ kind: pods, namespace: settings.namespace, name: metadata?.name ?? '' });
  const isNew = (all: readonly V1Pod[]) =>
    all.some((pod) => pod.spec?.nodeName === node && isReady(pod) && pod.metadata?.uid !== metadata?.uid);
  expect(await watchUntil(pods, driverPods, isNew, 120_000)).to.not.equal(undefined);
}

function isOf(volume: string, { metadata }: KubernetesObject): boolean {
  return metadata?.labels?.['tome.storage/volume'] === volume;
}
