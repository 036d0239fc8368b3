import type { Place } from './cluster-client.ts';
import { tell, type PopulatorDeps, type State } from './deps.ts';
import { credentialsSecret, importPod, nameFor, primeClaim } from './manifests.ts';
import { claimSchema, podSchema, secretSchema, storageClassSchema, type Claim, type VolumeImport } from './objects.ts';
import { lookAtPod } from './look-at-pod.ts';
import { handOver } from './hand-over.ts';
import { FILLED, FINALIZER, SELECTED_NODE } from './settings.ts';
import { shownSource } from './shown-source.ts';

/**
 * The next step for a claim that names an import: a claim of its own in the driver's namespace, a pod that fills that one's
 * volume, and at the end the volume for the claim itself. Decides from what is there alone, so it is safe to repeat after
 * an end at any point; a volume whose pod has not succeeded is never handed over.
 */
export async function populateClaim(
  claim: Claim,
  source: VolumeImport | undefined,
  deps: PopulatorDeps,
): Promise<State> {
  if (claim.metadata.deletionTimestamp !== undefined || claim.spec.volumeName !== undefined) {
    await tidyUp(claim, deps);
    return undefined;
  }
  const { client, settings } = deps;
  const name = nameFor(claim);
  const place: Place = { resource: 'persistentvolumeclaims', namespace: settings.namespace, name };
  const prime = await client.find(place, claimSchema);
  if (prime?.metadata.annotations[FILLED] === 'true') return handOver(claim, prime, deps);

  const missing = whatIsMissing(claim, source);
  if (missing !== undefined) tell(claim, deps, { type: 'Warning', reason: 'ImportWaits', message: missing });
  const obstacle = missing ?? (await whatItWaitsFor(claim, deps));
  if (source === undefined || obstacle !== undefined) return { state: 'Waiting', message: obstacle ?? '' };
  const pod = await client.find({ ...place, resource: 'pods' }, podSchema);
  const isAllThere = prime !== undefined && pod !== undefined;
  if (!isAllThere && !(await isStillOpen(claim, deps))) return undefined;
  await protect(claim, deps);
  if (prime === undefined) await client.create(place, primeClaim(claim, settings));
  if (pod !== undefined) return lookAtPod({ claim, prime, pod, source }, deps);
  const problem = await copyCredentials(claim, source, deps);
  if (problem !== undefined) return { state: 'Waiting', message: problem };
  await client.create({ ...place, resource: 'pods' }, importPod(claim, source, settings));
  tell(claim, deps, {
    type: 'Normal',
    reason: 'ImportStarted',
    message: `filling the volume from ${shownSource(source.spec.source)}`,
  });
  return { state: 'Importing', message: 'the pod is being made' };
}

function whatIsMissing({ spec }: Claim, source: VolumeImport | undefined): string | undefined {
  if (spec.volumeMode === 'Block') return 'a block volume has no files: ask for volumeMode Filesystem';
  return source === undefined
    ? `there is no VolumeImport ${spec.dataSourceRef?.name ?? ''} in this namespace`
    : undefined;
}

/** A volume that waits for its pod is made on the node that the scheduler has chosen for that. */
async function whatItWaitsFor(claim: Claim, { client }: PopulatorDeps): Promise<string | undefined> {
  const { storageClassName } = claim.spec;
  if (storageClassName === undefined || storageClassName === '') return 'the claim has no StorageClass';
  const storageClass = await client.find({ resource: 'storageclasses', name: storageClassName }, storageClassSchema);
  if (storageClass === undefined) return `there is no StorageClass ${storageClassName}`;
  const isLate = storageClass.volumeBindingMode === 'WaitForFirstConsumer';
  return isLate && claim.metadata.annotations[SELECTED_NODE] === undefined ? 'waits for the first pod' : undefined;
}

/** The list that a claim comes from may be older than what another replica has finished and tidied up: nothing would tidy up again. */
async function isStillOpen({ metadata }: Claim, { client }: PopulatorDeps): Promise<boolean> {
  const { namespace, name, uid } = metadata;
  const now = await client.find({ resource: 'persistentvolumeclaims', namespace, name }, claimSchema);
  return now?.metadata.uid === uid && now.spec.volumeName === undefined && now.metadata.deletionTimestamp === undefined;
}

/** The claim stays until what is made for it is gone. */
async function protect({ metadata }: Claim, { client }: PopulatorDeps): Promise<void> {
  const { name, namespace, finalizers, resourceVersion } = metadata;
  if (finalizers.includes(FINALIZER)) return;
  const body = { metadata: { resourceVersion, finalizers: [...finalizers, FINALIZER] } };
  await client.merge({ resource: 'persistentvolumeclaims', namespace, name }, body);
}

async function copyCredentials(
  claim: Claim,
  { metadata, spec: { credentialsSecretRef } }: VolumeImport,
  { client, settings }: PopulatorDeps,
): Promise<string | undefined> {
  const copy: Place = { resource: 'secrets', namespace: settings.namespace, name: nameFor(claim) };
  await client.remove(copy);
  if (credentialsSecretRef === undefined) return undefined;
  const { name } = credentialsSecretRef;
  const secret = await client.find({ resource: 'secrets', namespace: metadata.namespace, name }, secretSchema);
  if (secret === undefined) return `there is no Secret ${name} in this namespace`;
  await client.create(copy, credentialsSecret(claim, secret.data, settings));
  return undefined;
}

/** The pod first: it has the volume mounted. */
async function tidyUp(claim: Claim, { client, settings }: PopulatorDeps): Promise<void> {
  const { finalizers, resourceVersion, name, namespace } = claim.metadata;
  if (!finalizers.includes(FINALIZER)) return;
  const made = { namespace: settings.namespace, name: nameFor(claim) };
  for (const resource of ['pods', 'secrets', 'persistentvolumeclaims'] as const)
    await client.remove({ resource, ...made });
  const left = await client.find({ resource: 'persistentvolumeclaims', ...made }, claimSchema);
  if (left !== undefined) return;
  const body = { metadata: { resourceVersion, finalizers: finalizers.filter((each) => each !== FINALIZER) } };
  await client.merge({ resource: 'persistentvolumeclaims', namespace, name }, body);
}
