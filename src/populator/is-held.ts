import * as z from 'zod';
import { persistentVolumes, volumes } from '../catalog/kubernetes/apis.ts';
import type { PopulatorDeps } from './deps.ts';
import { persistentVolumeSchema, type Claim } from './objects.ts';

const heldSchema = z.object({
  spec: z.object({ attachments: z.array(z.unknown()).default([]) }),
  status: z.object({ mounts: z.array(z.unknown()).default([]) }).default({ mounts: [] }),
});

/**
 * Whether a node still has what was filled: its pod is gone before the volume is let go of, and a template that the volume
 * is to become is refused for good while it is in use. Of volumes of other drivers nobody says so.
 */
export async function isHeld(prime: Claim, { client, driverName }: PopulatorDeps): Promise<boolean> {
  const { volumeName } = prime.spec;
  if (volumeName === undefined) return false;
  const bound = await client.find({ api: persistentVolumes, name: volumeName }, persistentVolumeSchema);
  const { csi } = bound?.spec ?? {};
  if (csi?.driver !== driverName) return false;
  const volume = await client.find({ api: volumes, name: csi.volumeHandle }, heldSchema);
  return volume !== undefined && volume.spec.attachments.length + volume.status.mounts.length > 0;
}
