import { persistentVolumes } from '../catalog/kubernetes/apis.ts';
import { tell, type Cluster, type State } from './deps.ts';
import { persistentVolumeSchema, type Claim } from './objects.ts';

/** What is said on the claim once its volume is as it is to be. */
export interface Success {
  readonly reason: string;
  readonly message: string;
}

/** Gives the volume of a claim of ours to the one that it was made for. The cluster's own controller binds them then. */
export async function handOver(claim: Claim, prime: Claim, success: Success, deps: Cluster): Promise<State> {
  const { client } = deps;
  const { volumeName: name } = prime.spec;
  const place = { api: persistentVolumes, name: name ?? '' };
  const volume = name === undefined ? undefined : await client.find(place, persistentVolumeSchema);
  if (volume === undefined) return { state: 'Finishing', message: `the volume ${name ?? ''} is not there` };
  const { uid, namespace } = claim.metadata;
  if (volume.spec.claimRef?.uid === prime.metadata.uid) {
    const claimRef = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name: claim.metadata.name, uid };
    await client.patch(place, [
      { op: 'test', path: '/spec/claimRef/uid', value: prime.metadata.uid },
      { op: 'replace', path: '/spec/claimRef', value: claimRef },
    ]);
    tell(claim, deps, { type: 'Normal', ...success });
  }
  return { state: 'Finishing', message: 'the volume is being bound' };
}
