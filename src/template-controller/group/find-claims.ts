import * as z from 'zod';
import { claims, pods } from '../../catalog/kubernetes/apis.ts';
import { selectorText } from '../../catalog/kubernetes/label-selector.ts';
import type { ObjectClient } from '../../catalog/kubernetes/object-client.ts';
import { VolumeError } from '../../domain/errors.ts';
import type { VolumeTemplateGroupSpec } from '../../domain/volume-template-group.ts';

const claimSchema = z.object({
  metadata: z.object({
    namespace: z.string(),
    name: z.string(),
    uid: z.string(),
    ownerReferences: z.array(z.object({ uid: z.string() })).default([]),
  }),
  spec: z.object({ volumeName: z.string().optional() }),
});
export type Claim = z.infer<typeof claimSchema>;

const podSchema = z.object({
  metadata: z.object({ uid: z.string() }),
  spec: z.object({
    volumes: z
      .array(
        z.object({
          name: z.string(),
          persistentVolumeClaim: z.object({ claimName: z.string() }).optional(),
          ephemeral: z.object({}).optional(),
        }),
      )
      .default([]),
  }),
});

interface Named {
  readonly namespace: string;
  readonly name: string;
}

/**
 * The claims that a person has named, in the order of their names: of a pod, also those that were made for it, or by their
 * labels. Throws NotFound for what is not there, and InvalidArgument when nothing is named, or both.
 */
export async function findClaims(
  { source: { pod, claims: selected } }: Pick<VolumeTemplateGroupSpec, 'source'>,
  objects: ObjectClient,
): Promise<readonly Claim[]> {
  if ((pod === undefined) === (selected === undefined)) {
    throw new VolumeError('InvalidArgument', 'spec.source names one thing: a pod, or claims by their labels');
  }
  const found = pod === undefined ? await selectedClaims(selected, objects) : await claimsOfPod(pod, objects);
  const where = pod === undefined ? `namespace ${selected?.namespace ?? ''}` : `pod ${pod.namespace}/${pod.name}`;
  if (found.length === 0) throw new VolumeError('NotFound', `${where} has no such claim: name others`);
  return found.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

async function selectedClaims(
  selected: VolumeTemplateGroupSpec['source']['claims'],
  objects: ObjectClient,
): Promise<readonly Claim[]> {
  const { namespace, selector } = selected ?? { namespace: '', selector: {} };
  return await objects.list(claims, namespace, { labelSelector: selectorText(selector) }, claimSchema);
}

async function claimsOfPod({ namespace, name }: Named, objects: ObjectClient): Promise<readonly Claim[]> {
  const pod = await objects.find({ api: pods, namespace, name }, podSchema);
  if (pod === undefined) throw new VolumeError('NotFound', `there is no pod ${namespace}/${name}`);
  const own = pod.spec.volumes.flatMap((volume) => (volume.ephemeral === undefined ? [] : [`${name}-${volume.name}`]));
  const named = pod.spec.volumes.flatMap((volume) => volume.persistentVolumeClaim?.claimName ?? []);
  const all: Claim[] = [];
  for (const claim of new Set([...named, ...own])) {
    const present = await claimOf({ namespace, name: claim }, objects);
    // Kubernetes looks at this, too: the name alone may be somebody else's.
    const isMadeForIt = present.metadata.ownerReferences.some(({ uid }) => uid === pod.metadata.uid);
    if (!named.includes(claim) && !isMadeForIt) {
      const message = `claim ${namespace}/${claim} was not made for pod ${namespace}/${name}, which waits for its own`;
      throw new VolumeError('FailedPrecondition', message);
    }
    all.push(present);
  }
  return all;
}

async function claimOf({ namespace, name }: Named, objects: ObjectClient): Promise<Claim> {
  const found = await objects.find({ api: claims, namespace, name }, claimSchema);
  if (found === undefined) throw new VolumeError('NotFound', `there is no claim ${namespace}/${name}`);
  return found;
}
