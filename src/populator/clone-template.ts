import type { Collection } from '../catalog/catalog.ts';
import { claims, persistentVolumes } from '../catalog/kubernetes/apis.ts';
import { templateId } from '../domain/ids.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import type { Cluster } from './deps.ts';
import { handOver } from './hand-over.ts';
import { primeClaim } from './manifests.ts';
import { claimSchema, persistentVolumeSchema, type Claim } from './objects.ts';
import { CHOSEN, SELECTED_NODE } from './settings.ts';
import { classOf, isStillOpen, primePlace, protect, tidyUp, waitsForPod } from './steps.ts';

export interface CloneDeps extends Cluster {
  readonly snapshots: Pick<Collection<Snapshot>, 'find'>;
  readonly driverName: string;
}

/** `waiting`: for what somebody else does; `message` is what its owner should know of that. */
export type CloneState =
  { readonly kind: 'done' } | { readonly kind: 'working' } | { readonly kind: 'waiting'; readonly message?: string };

/**
 * The next step for a claim that names a template: a claim of its own in the driver's namespace, whose volume CreateVolume
 * makes as a clone, and then that volume for the claim itself. Decides from what is there alone, so it is safe to repeat
 * after an end at any point, and for several replicas at once.
 */
export async function cloneTemplate(claim: Claim, deps: CloneDeps): Promise<CloneState> {
  const { client, settings } = deps;
  if (claim.metadata.deletionTimestamp !== undefined || claim.spec.volumeName !== undefined) {
    await tidyUp(claim, deps);
    return { kind: 'done' };
  }
  const place = primePlace(claim, deps);
  const prime = await client.find(place, claimSchema);
  if (prime?.spec.volumeName !== undefined) {
    if (await isAnyVolume(prime.spec.volumeName, deps)) {
      const message = `PersistentVolume ${prime.spec.volumeName}, which was there before, was taken for the clone: delete this claim, keep such volumes in another class, and ask again`;
      return { kind: 'waiting', message };
    }
    const message = `the volume is a clone of template "${templateOf(claim)}"`;
    await handOver(claim, prime, { reason: 'Cloned', message }, deps);
    return { kind: 'working' };
  }
  const storageClass = await classOf(claim, deps);
  if (typeof storageClass === 'string') return { kind: 'waiting', message: storageClass };
  const { driverName } = deps;
  if (storageClass.provisioner !== driverName) {
    const message = `StorageClass ${storageClass.metadata.name} is of ${storageClass.provisioner}, which has no templates: use one of ${driverName}`;
    return { kind: 'waiting', message };
  }
  if (prime !== undefined && prime.metadata.deletionTimestamp === undefined) {
    return isGivenBack(prime, storageClass.volumeBindingMode) ? await chooseAgain(claim, deps) : { kind: 'working' };
  }
  if (waitsForPod(claim, storageClass)) return { kind: 'waiting' };
  const problem = whyNot(templateOf(claim), await deps.snapshots.find(templateId(templateOf(claim))));
  if (problem !== undefined) return { kind: 'waiting', message: problem };
  await protect(claim, deps);
  if (!(await isStillOpen(claim, deps))) return { kind: 'done' };
  await client.ensure(place, primeClaim(claim, settings));
  return { kind: 'working' };
}

function templateOf({ spec }: Claim): string {
  return spec.dataSourceRef?.name ?? '';
}

function whyNot(name: string, template: Snapshot | undefined): string | undefined {
  if (template === undefined) return `there is no template "${name}"`;
  if (template.spec.desired === 'Absent') return `template "${name}" is being deleted`;
  if (template.status.ready) return undefined;
  const { failure } = template.status;
  return `template "${name}" is not ready${failure === undefined ? '' : `: ${failure.message}`}`;
}

/** The cluster binds a claim to any volume of its class that is free, and notes then that it has chosen that. */
async function isAnyVolume(name: string, { client }: CloneDeps): Promise<boolean> {
  const volume = await client.find({ api: persistentVolumes, name }, persistentVolumeSchema);
  return volume?.metadata.annotations[CHOSEN] !== undefined;
}

/** csi-provisioner takes the node off again where there is no room for the volume: another one is to be chosen. */
function isGivenBack({ metadata }: Claim, volumeBindingMode: string): boolean {
  return volumeBindingMode === 'WaitForFirstConsumer' && metadata.annotations[SELECTED_NODE] === undefined;
}

/** The scheduler chooses again when the claim of its pod has lost the node. */
async function chooseAgain(claim: Claim, deps: CloneDeps): Promise<CloneState> {
  const { name, namespace, resourceVersion } = claim.metadata;
  const body = { metadata: { resourceVersion, annotations: { [SELECTED_NODE]: null } } };
  await deps.client.merge({ api: claims, namespace, name }, body);
  await deps.client.remove(primePlace(claim, deps));
  return { kind: 'working' };
}
