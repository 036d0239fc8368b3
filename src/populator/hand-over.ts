import { nameFor } from './manifests.ts';
import { persistentVolumeSchema, podSchema, type Claim, type PersistentVolume } from './objects.ts';
import { tell, type PopulatorDeps, type State } from './deps.ts';

/**
 * Gives the volume that has been filled to the claim that it was filled for, once the pod is gone that had it mounted. The
 * cluster's own controller binds them then.
 */
export async function handOver(claim: Claim, prime: Claim, deps: PopulatorDeps): Promise<State> {
  const { client, settings } = deps;
  const pod = { resource: 'pods', namespace: settings.namespace, name: nameFor(claim) } as const;
  if ((await client.find(pod, podSchema)) !== undefined) {
    await client.remove(pod);
    return { state: 'Finishing', message: 'the pod is ending' };
  }
  const { volumeName: name } = prime.spec;
  const place = { resource: 'persistentvolumes', name: name ?? '' } as const;
  const volume = name === undefined ? undefined : await client.find(place, persistentVolumeSchema);
  if (volume === undefined) return { state: 'Finishing', message: `the volume ${name ?? ''} is not there` };
  const { uid, namespace } = claim.metadata;
  if (volume.spec.claimRef?.uid === prime.metadata.uid) {
    await noteClaim(claim, volume, deps);
    const claimRef = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name: claim.metadata.name, uid };
    await client.patch(place, [
      { op: 'test', path: '/spec/claimRef/uid', value: prime.metadata.uid },
      { op: 'replace', path: '/spec/claimRef', value: claimRef },
    ]);
    tell(claim, deps, { type: 'Normal', reason: 'ImportFinished', message: 'all is in the volume' });
  }
  return { state: 'Finishing', message: 'the volume is being bound' };
}

/** Our own resource is to name the claim that people know. */
async function noteClaim({ metadata }: Claim, { spec: { csi } }: PersistentVolume, deps: PopulatorDeps): Promise<void> {
  if (csi?.driver !== deps.driverName) return;
  const body = { spec: { claim: `${metadata.namespace}/${metadata.name}` } };
  await deps.client.merge({ resource: 'volumes', name: csi.volumeHandle }, body);
}
