import type { Api, Place } from '../catalog/kubernetes/api.ts';
import { claims, storageClasses } from '../catalog/kubernetes/apis.ts';
import type { Cluster } from './deps.ts';
import { nameFor } from './manifests.ts';
import { claimSchema, storageClassSchema, type Claim, type StorageClass } from './objects.ts';
import { FINALIZER, SELECTED_NODE } from './settings.ts';

/** Where the claim is that is made for one of a person. */
export function primePlace(claim: Claim, { settings }: Pick<Cluster, 'settings'>): Place {
  return { api: claims, namespace: settings.namespace, name: nameFor(claim) };
}

/** The class of a claim, or why there is none. */
export async function classOf(claim: Claim, { client }: Pick<Cluster, 'client'>): Promise<StorageClass | string> {
  const { storageClassName } = claim.spec;
  if (storageClassName === undefined || storageClassName === '') return 'the claim has no StorageClass';
  const storageClass = await client.find({ api: storageClasses, name: storageClassName }, storageClassSchema);
  return storageClass ?? `there is no StorageClass ${storageClassName}`;
}

/** A volume that waits for its pod is made when the scheduler has chosen a node for that. */
export function waitsForPod({ metadata }: Claim, storageClass: StorageClass): boolean {
  return storageClass.volumeBindingMode === 'WaitForFirstConsumer' && metadata.annotations[SELECTED_NODE] === undefined;
}

/**
 * Whether a claim that is protected is to get a volume yet: the list that it comes from may be older than what another replica
 * has finished and tidied up, and one that is not protected may be gone before anything is made for it.
 */
export async function isStillOpen({ metadata }: Claim, { client }: Pick<Cluster, 'client'>): Promise<boolean> {
  const { namespace, name, uid } = metadata;
  const now = await client.find({ api: claims, namespace, name }, claimSchema);
  if (now?.metadata.uid !== uid || !now.metadata.finalizers.includes(FINALIZER)) return false;
  return now.spec.volumeName === undefined && now.metadata.deletionTimestamp === undefined;
}

/** The claim stays until what is made for it is gone. */
export async function protect({ metadata }: Claim, { client }: Pick<Cluster, 'client'>): Promise<void> {
  const { name, namespace, finalizers, resourceVersion } = metadata;
  if (finalizers.includes(FINALIZER)) return;
  const body = { metadata: { resourceVersion, finalizers: [...finalizers, FINALIZER] } };
  await client.merge({ api: claims, namespace, name }, body);
}

/** Removes the claim that was made for one that is bound or deleted, and lets that one go. Not before `others` are gone. */
export async function tidyUp(claim: Claim, { client, settings }: Cluster, others: readonly Api[] = []): Promise<void> {
  const { finalizers, resourceVersion, name, namespace } = claim.metadata;
  if (!finalizers.includes(FINALIZER)) return;
  const prime = primePlace(claim, { settings });
  for (const api of others) await client.remove({ ...prime, api });
  await client.remove(prime);
  if ((await client.find(prime, claimSchema)) !== undefined) return;
  const body = { metadata: { resourceVersion, finalizers: finalizers.filter((each) => each !== FINALIZER) } };
  await client.merge({ api: claims, namespace, name }, body);
}
