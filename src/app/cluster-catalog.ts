import type { Logger } from 'pino';
import type { Catalog } from '../catalog/catalog.ts';
import type { CredentialSource } from '../catalog/kubernetes/credentials.ts';
import { KubernetesEvents } from '../catalog/kubernetes/event-recorder.ts';
import { inClusterCredentials } from '../catalog/kubernetes/in-cluster.ts';
import { kubeconfigCredentials } from '../catalog/kubernetes/kubeconfig.ts';
import { openKubernetesCatalog, type Narrowing } from '../catalog/kubernetes/open-kubernetes-catalog.ts';

export interface ClusterCatalogOptions {
  readonly log: Logger;
  /** For an agent: what it acts for. */
  readonly narrow?: Narrowing;
}

/**
 * The catalog of the cluster, as the service account of this pod or, outside of pods, as KUBECONFIG says. Opens also
 * while no API server answers. Throws InvalidArgument when there is neither.
 */
export function openClusterCatalog(options: ClusterCatalogOptions): Catalog {
  return openKubernetesCatalog({ ...options, credentials: clusterCredentials(process.env) });
}

/** Where people of the cluster are told what no call carries; works in the background. */
export function openClusterEvents(options: { readonly log: Logger; readonly nodeName?: string }): KubernetesEvents {
  return new KubernetesEvents({ ...options, credentials: clusterCredentials(process.env) });
}

/** Of the service account of this pod or, outside of pods, as KUBECONFIG says. */
export function clusterCredentials(env: NodeJS.ProcessEnv): CredentialSource {
  const kubeconfig = env['KUBECONFIG'];
  return kubeconfig ? kubeconfigCredentials(kubeconfig) : inClusterCredentials(env);
}
