import * as z from 'zod';
import type { ApiServer } from '../../src/catalog/kubernetes/api-server.ts';

const accessModes = ['ReadWriteOnce'];
const capacity = { storage: '16Mi' };
const uidSchema = z.object({ metadata: z.object({ uid: z.string() }) });

export interface BoundClaim {
  readonly namespace: string;
  readonly name: string;
  readonly driver: string;
  readonly volumeHandle: string;
  /** Of the pod that it is made for. */
  readonly ownerUid?: string | undefined;
}

/** Returns the uid. Throws what the server says. */
export async function post(admin: ApiServer, path: string, body: object): Promise<string> {
  const answer = await admin.request({ method: 'POST', path, body });
  if (answer.status >= 300) throw new Error(`POST ${path}: ${JSON.stringify(answer.body)}`);
  return uidSchema.parse(answer.body).metadata.uid;
}

/** A claim labelled `app: shop`, and its PersistentVolume, as if Kubernetes had bound them. Returns that one's name. */
export async function boundClaim(admin: ApiServer, claim: BoundClaim): Promise<string> {
  const { namespace, name, driver, volumeHandle, ownerUid } = claim;
  const volumeName = `${namespace}-${name}`;
  const owner = { apiVersion: 'v1', kind: 'Pod', name: 'app', uid: ownerUid };
  const uid = await post(admin, `/api/v1/namespaces/${namespace}/persistentvolumeclaims`, {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, labels: { app: 'shop' }, ...(ownerUid !== undefined && { ownerReferences: [owner] }) },
    spec: { accessModes, storageClassName: '', resources: { requests: capacity }, volumeName },
  });
  await post(admin, '/api/v1/persistentvolumes', {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: volumeName },
    spec: { accessModes, capacity, csi: { driver, volumeHandle }, claimRef: { namespace, name, uid } },
  });
  return volumeName;
}
