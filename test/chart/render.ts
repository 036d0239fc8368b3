import { parseAllDocuments } from 'yaml';
import * as z from 'zod';
import { helmTemplate, type HelmInput } from './helm.ts';

const manifestSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().optional(),
    labels: z.record(z.string(), z.string()).optional(),
    annotations: z.record(z.string(), z.string()).optional(),
  }),
});
export type Manifest = z.infer<typeof manifestSchema>;

const containerSchema = z.looseObject({ name: z.string(), image: z.string(), args: z.array(z.string()).default([]) });
type Container = z.infer<typeof containerSchema>;

const podSchema = z.looseObject({ containers: z.array(containerSchema) });
const workloadSchema = z.object({ spec: z.object({ template: z.object({ spec: podSchema }) }) });

/** What a cluster with the CRDs of external-snapshotter answers. */
export const snapshotApis = ['snapshot.storage.k8s.io/v1', 'groupsnapshot.storage.k8s.io/v1'];

/** Every manifest of the chart with these values. Throws with what Helm says, or when one of them is not a Kubernetes object. */
export function render(values: object = {}, input: HelmInput = {}): readonly Manifest[] {
  return parseManifests(helmTemplate({ ...input, values }));
}

export function parseManifests(text: string): readonly Manifest[] {
  return parseAllDocuments(text, { uniqueKeys: true })
    .map((document): unknown => {
      if (document.errors.length > 0) throw new Error(`${document.errors.join('\n')}\n${String(document.range)}`);
      return document.toJS() as unknown;
    })
    .filter((document) => document !== null)
    .map((document) => manifestSchema.parse(document));
}

export function ofKind(manifests: readonly Manifest[], kind: string): readonly Manifest[] {
  return manifests.filter((manifest) => manifest.kind === kind);
}

/** The one of that kind whose name ends so. */
export function only(manifests: readonly Manifest[], kind: string, ending = ''): Manifest {
  const found = ofKind(manifests, kind).filter(({ metadata }) => metadata.name.endsWith(ending));
  const [manifest] = found;
  if (manifest === undefined || found.length > 1) {
    const names = manifests.map((other) => `${other.kind} ${other.metadata.name}`).join(', ');
    throw new Error(`${found.length} of kind ${kind} end in ${ending}; there are ${names}`);
  }
  return manifest;
}

/** The pods' containers of a Deployment, DaemonSet, Job or Pod. */
export function containers(manifest: Manifest): readonly Container[] {
  const pod =
    manifest.kind === 'Pod' ? podSchema.parse(manifest['spec']) : workloadSchema.parse(manifest).spec.template.spec;
  return pod.containers;
}

export function container(manifest: Manifest, name: string): Container {
  const found = containers(manifest).find((other) => other.name === name);
  if (found === undefined) throw new Error(`${manifest.metadata.name} has no container ${name}`);
  return found;
}
