import type { KubernetesObject, V1PersistentVolumeClaim, V1Pod } from '@kubernetes/client-node';
import { claims, pods, secrets, volumeImports, type Kind, type VolumeImportObject } from './kinds.ts';
import type { ClaimOptions } from './manifests.ts';
import { create, get, list, type Reference } from './objects.ts';
import { settings } from './settings.ts';
import type { Space } from './space.ts';
import { waitFor, watchUntil } from './wait.ts';

const kind = 'VolumeImport';

/** A claim that is filled. */
export interface Filling {
  readonly claim: Reference<V1PersistentVolumeClaim>;
  readonly source: Reference<VolumeImportObject>;
  /** All that is made for it is called so, in the driver's namespace. */
  readonly made: string;
}

/** Makes a VolumeImport, and a claim of the same name that is filled with it. */
export async function fill(
  space: Space,
  name: string,
  spec: VolumeImportObject['spec'],
  options: ClaimOptions = {},
): Promise<Filling> {
  await create(volumeImports, { metadata: { name, namespace: space.name }, spec });
  const claim = await space.claim(name, { class: 'tome-immediate', from: { kind, name }, ...options });
  const made = `import-${(await get(claim)).metadata?.uid ?? ''}`;
  return { claim, source: space.of(volumeImports, name), made };
}

/** The pod that fills the claim's volume, once it is as wanted. */
export async function importPod({ made }: Filling, what: string, accept: (pod: V1Pod) => boolean): Promise<V1Pod> {
  const place = { kind: pods, namespace: settings.namespace, name: made };
  const pod = await waitFor(place, what, (one) => one !== undefined && accept(one));
  if (pod === undefined) throw new Error(`there is no pod ${made}`);
  return pod;
}

/** Waits until nothing is left in the driver's namespace that was made for a claim; what is. */
export async function leftOf({ made }: Filling): Promise<readonly string[]> {
  const selection = { namespace: settings.namespace, fieldSelector: `metadata.name=${made}` };
  const left: string[] = [];
  const kinds: readonly Kind<KubernetesObject>[] = [pods, secrets, claims];
  for (const each of kinds) {
    await watchUntil(each, selection, (all) => all.length === 0, 60_000);
    for (const { metadata } of await list(each, selection)) left.push(`${each.kind} ${metadata?.name ?? ''}`);
  }
  return left;
}

/** Waits until the VolumeImport says so of its only claim. */
export async function untilTold({ source }: Filling, state: string, message = /./): Promise<string> {
  const told = (one: VolumeImportObject | undefined) =>
    one?.status?.claims.find((each) => each.state === state && message.test(each.message))?.message;
  return told(await waitFor(source, `${state} ${String(message)}`, (one) => told(one) !== undefined)) ?? '';
}
