import { pods, secrets } from '../catalog/kubernetes/apis.ts';
import { tell, type PopulatorDeps, type State } from './deps.ts';
import { credentialsSecret, importPod, primeClaim } from './manifests.ts';
import { claimSchema, podSchema, secretSchema, type Claim, type Pod, type VolumeImport } from './objects.ts';
import { lookAtPod } from './look-at-pod.ts';
import { handOver } from './hand-over.ts';
import { isHeld } from './is-held.ts';
import { FILLED } from './settings.ts';
import { shownSource } from './shown-source.ts';
import { classOf, isStillOpen, primePlace, protect, tidyUp, waitsForPod } from './steps.ts';

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
    // The pod first: it has the volume mounted.
    await tidyUp(claim, deps, [pods, secrets]);
    return undefined;
  }
  const { client, settings } = deps;
  const place = primePlace(claim, deps);
  const prime = await client.find(place, claimSchema);
  if (prime?.metadata.annotations[FILLED] === 'true') return finish(claim, prime, deps);

  const missing = whatIsMissing(claim, source);
  if (missing !== undefined) tell(claim, deps, { type: 'Warning', reason: 'ImportWaits', message: missing });
  const obstacle = missing ?? (await whatItWaitsFor(claim, deps));
  if (source === undefined || obstacle !== undefined) return { state: 'Waiting', message: obstacle ?? '' };
  const pod = await client.find({ ...place, api: pods }, podSchema);
  await protect(claim, deps);
  if (prime !== undefined && pod !== undefined) {
    if (isOf(prime, pod)) return lookAtPod({ claim, prime, pod, source }, deps);
    await client.remove({ ...place, api: pods });
    return { state: 'Retrying', message: 'the last pod had a volume that is gone' };
  }
  if (!(await isStillOpen(claim, deps))) return undefined;
  if (prime === undefined) await client.ensure(place, primeClaim(claim, settings));
  const made = prime ?? (await client.find(place, claimSchema));
  if (made === undefined || pod !== undefined) return { state: 'Importing', message: 'the volume is being made' };
  const problem = await copyCredentials(claim, made, source, deps);
  if (problem !== undefined) return { state: 'Waiting', message: problem };
  await client.ensure({ ...place, api: pods }, importPod(claim, made, source, settings));
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

/** A claim of ours that somebody has deleted is made anew under its name, with an empty volume. */
function isOf(prime: Claim, { metadata }: Pod): boolean {
  return metadata.ownerReferences.some(({ uid }) => uid === prime.metadata.uid);
}

/** The pod has the volume mounted, so it goes before the volume is given away. */
async function finish(claim: Claim, prime: Claim, deps: PopulatorDeps): Promise<State> {
  const pod = { ...primePlace(claim, deps), api: pods };
  if ((await deps.client.find(pod, podSchema)) !== undefined) {
    await deps.client.remove(pod);
    return { state: 'Finishing', message: 'the pod is ending' };
  }
  if (await isHeld(prime, deps)) return { state: 'Finishing', message: 'the node is letting go of the volume' };
  return handOver(claim, prime, { reason: 'ImportFinished', message: 'all is in the volume' }, deps);
}

async function whatItWaitsFor(claim: Claim, deps: PopulatorDeps): Promise<string | undefined> {
  const storageClass = await classOf(claim, deps);
  if (typeof storageClass === 'string') return storageClass;
  return waitsForPod(claim, storageClass) ? 'waits for the first pod' : undefined;
}

async function copyCredentials(
  claim: Claim,
  prime: Claim,
  { metadata, spec: { credentialsSecretRef } }: VolumeImport,
  deps: PopulatorDeps,
): Promise<string | undefined> {
  const { client, settings } = deps;
  const copy = { ...primePlace(claim, deps), api: secrets };
  await client.remove(copy);
  if (credentialsSecretRef === undefined) return undefined;
  const { name } = credentialsSecretRef;
  const secret = await client.find({ api: secrets, namespace: metadata.namespace, name }, secretSchema);
  if (secret === undefined) return `there is no Secret ${name} in this namespace`;
  await client.ensure(copy, credentialsSecret(claim, prime, secret.data, settings));
  return undefined;
}
