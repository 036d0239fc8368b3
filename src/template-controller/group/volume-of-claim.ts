import * as z from 'zod';
import { persistentVolumes } from '../../catalog/kubernetes/apis.ts';
import type { ObjectClient } from '../../catalog/kubernetes/object-client.ts';
import { VolumeError } from '../../domain/errors.ts';
import type { Claim } from './find-claims.ts';

const persistentVolumeSchema = z.object({
  spec: z.object({
    csi: z.object({ driver: z.string(), volumeHandle: z.string() }).optional(),
    claimRef: z.object({ uid: z.string().optional() }).optional(),
  }),
});

/** The volume of a claim; undefined for one of another driver. Throws Aborted for a claim that is not bound yet. */
export async function volumeOfClaim(
  { metadata, spec: { volumeName: name } }: Claim,
  { objects, driverName }: { readonly objects: ObjectClient; readonly driverName: string },
): Promise<string | undefined> {
  const place = { api: persistentVolumes, name: name ?? '' };
  const bound = name === undefined ? undefined : (await objects.find(place, persistentVolumeSchema))?.spec;
  // Anybody may write a volume's name into a claim: whose it is, it says itself.
  if (bound?.claimRef?.uid !== metadata.uid) {
    throw new VolumeError('Aborted', `claim ${metadata.namespace}/${metadata.name} is not bound yet`);
  }
  return bound.csi?.driver === driverName ? bound.csi.volumeHandle : undefined;
}
