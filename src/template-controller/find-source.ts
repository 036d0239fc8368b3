import * as z from 'zod';
import type { TemplateWish } from '../csi/controller/template/create-template.ts';
import { VolumeError } from '../domain/errors.ts';
import type { VolumeTemplateSpec } from '../domain/volume-template.ts';
import { claims, persistentVolumes, snapshotContents, volumeSnapshots } from '../catalog/kubernetes/apis.ts';
import type { ObjectClient } from '../catalog/kubernetes/object-client.ts';

const claimSchema = z.object({
  metadata: z.object({ uid: z.string() }),
  spec: z.object({
    volumeName: z.string().optional(),
    dataSourceRef: z.object({ kind: z.string(), name: z.string() }).optional(),
  }),
});
const volumeSchema = z.object({
  spec: z.object({
    csi: z.object({ driver: z.string(), volumeHandle: z.string() }).optional(),
    claimRef: z.object({ uid: z.string().optional() }).optional(),
  }),
});
const snapshotSchema = z.object({
  status: z.object({ boundVolumeSnapshotContentName: z.string().optional() }).default({}),
});
const contentSchema = z.object({
  spec: z.object({ driver: z.string() }),
  status: z.object({ snapshotHandle: z.string().optional() }).default({}),
});

interface Named {
  readonly namespace: string;
  readonly name: string;
}

/**
 * The volume or snapshot of this driver that a person has named, as Kubernetes has it. Throws NotFound, Aborted for what
 * is not bound yet, FailedPrecondition for one of another driver, InvalidArgument when none is named, or several.
 */
export async function findSource(
  { source }: Pick<VolumeTemplateSpec, 'source'>,
  { objects, driverName }: { readonly objects: ObjectClient; readonly driverName: string },
): Promise<TemplateWish['source']> {
  const { volume, snapshot, persistentVolumeClaim, volumeSnapshot } = source;
  if (Object.values(source).filter((one) => one !== undefined).length !== 1) {
    throw new VolumeError(
      'InvalidArgument',
      'spec.source names one thing: a volume, a snapshot, a claim or a VolumeSnapshot',
    );
  }
  if (volume !== undefined) return { kind: 'volume', id: volume };
  if (snapshot !== undefined) return { kind: 'snapshot', id: snapshot };
  if (persistentVolumeClaim !== undefined) {
    return { kind: 'volume', id: await volumeOf(persistentVolumeClaim, objects, driverName) };
  }
  return { kind: 'snapshot', id: await snapshotOf(volumeSnapshot ?? { namespace: '', name: '' }, objects, driverName) };
}

async function volumeOf(claim: Named, objects: ObjectClient, driverName: string): Promise<string> {
  const what = `claim ${claim.namespace}/${claim.name}`;
  const found = await objects.find({ api: claims, ...claim }, claimSchema);
  if (found === undefined) throw absent(what);
  const { volumeName: name, dataSourceRef } = found.spec;
  const bound = name === undefined ? undefined : await objects.find({ api: persistentVolumes, name }, volumeSchema);
  if (bound === undefined) throw unbound(what, dataSourceRef);
  const { csi, claimRef } = bound.spec;
  // Anybody may write a volume's name into a claim: whose it is, it says itself.
  if (claimRef?.uid !== found.metadata.uid) throw unbound(what, dataSourceRef);
  if (csi?.driver !== driverName) throw foreign(what, driverName);
  return csi.volumeHandle;
}

async function snapshotOf(snapshot: Named, objects: ObjectClient, driverName: string): Promise<string> {
  const what = `VolumeSnapshot ${snapshot.namespace}/${snapshot.name}`;
  const found = await objects.find({ api: volumeSnapshots, ...snapshot }, snapshotSchema);
  if (found === undefined) throw absent(what);
  const { boundVolumeSnapshotContentName: name } = found.status;
  const bound = name === undefined ? undefined : await objects.find({ api: snapshotContents, name }, contentSchema);
  if (bound === undefined) throw unbound(what);
  const { spec, status } = bound;
  if (spec.driver !== driverName) throw foreign(what, driverName);
  if (status.snapshotHandle === undefined) throw unbound(what);
  return status.snapshotHandle;
}

function absent(what: string): VolumeError {
  return new VolumeError('NotFound', `there is no ${what}`);
}

function unbound(what: string, filler?: { readonly kind: string; readonly name: string }): VolumeError {
  const how = filler === undefined ? '' : `: ${filler.kind} ${filler.name} is to fill it`;
  return new VolumeError('Aborted', `${what} is not bound yet${how}`);
}

function foreign(what: string, driverName: string): VolumeError {
  return new VolumeError('FailedPrecondition', `${what} is not of driver ${driverName}`);
}
