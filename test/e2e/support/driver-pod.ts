import type { V1Pod } from '@kubernetes/client-node';
import { pods } from './kinds.ts';
import { list, type Selection } from './objects.ts';
import { settings } from './settings.ts';

export const driverPods: Selection = {
  namespace: settings.namespace,
  labelSelector: 'app.kubernetes.io/component=node',
};

export const controllerPods: Selection = {
  namespace: settings.namespace,
  labelSelector: 'app.kubernetes.io/component=controller',
};

/** The driver's pod on this node. */
export async function driverPod(node: string): Promise<V1Pod> {
  const pod = (await list(pods, driverPods)).find(({ spec }) => spec?.nodeName === node);
  if (pod === undefined) throw new Error(`node ${node} has no pod of the driver`);
  return pod;
}
