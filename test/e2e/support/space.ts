import type { KubernetesObject, V1PersistentVolume, V1PersistentVolumeClaim, V1Pod } from '@kubernetes/client-node';
import type { Container } from './exec.ts';
import { claims, persistentVolumes, pods, tomeVolumes, type Kind, type VolumeObject } from './kinds.ts';
import { claimManifest, podManifest, type ClaimOptions, type PodOptions } from './manifests.ts';
import { create, get, remove, type Reference } from './objects.ts';
import { isReady } from './pod-state.ts';
import { waitFor } from './wait.ts';

/** A namespace of one test file, and what the tests do in it. */
export class Space {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  of<T extends KubernetesObject>(kind: Kind<T>, name: string): Reference<T> {
    return { kind, name, namespace: this.name };
  }

  container(pod: string): Container {
    return { namespace: this.name, pod };
  }

  async claim(name: string, options: ClaimOptions = {}): Promise<Reference<V1PersistentVolumeClaim>> {
    await create(claims, claimManifest(this.name, name, options));
    return this.of(claims, name);
  }

  async pod(name: string, options: PodOptions): Promise<Reference<V1Pod>> {
    await create(pods, podManifest(this.name, name, options));
    return this.of(pods, name);
  }

  /** Makes a pod and waits until it runs. */
  async runningPod(name: string, options: PodOptions, timeoutMs?: number): Promise<Container> {
    await this.running(await this.pod(name, options), timeoutMs);
    return this.container(name);
  }

  async running(pod: Reference<V1Pod>, timeoutMs?: number): Promise<V1Pod> {
    const running = await waitFor(pod, 'running', isReady, timeoutMs);
    return running ?? get(pod);
  }

  async bound(claim: Reference<V1PersistentVolumeClaim>, timeoutMs?: number): Promise<void> {
    await waitFor(claim, 'bound', (object) => object?.status?.phase === 'Bound', timeoutMs);
  }

  /** Deletes it and waits until it is gone. */
  async removed(reference: Reference<KubernetesObject>, timeoutMs?: number): Promise<void> {
    await remove(reference);
    await waitFor(reference, 'gone', (object) => object === undefined, timeoutMs);
  }

  async removedPod(name: string): Promise<void> {
    await this.removed(this.of(pods, name));
  }

  /** Deletes a claim and waits until its volume is gone as well. */
  async removedClaim(name: string): Promise<void> {
    const volume = await this.volumeReference(name);
    await this.removed(this.of(claims, name));
    await waitFor(volume, 'gone', (object) => object === undefined);
  }

  /** The Volume that a bound claim has. */
  async volume(claim: string): Promise<VolumeObject> {
    return get(await this.volumeReference(claim));
  }

  async volumeReference(claim: string): Promise<Reference<VolumeObject>> {
    const { spec } = await get(await this.persistentVolume(claim));
    return { kind: tomeVolumes, name: spec?.csi?.volumeHandle ?? '' };
  }

  async persistentVolume(claim: string): Promise<Reference<V1PersistentVolume>> {
    const { spec } = await get(this.of(claims, claim));
    return { kind: persistentVolumes, name: spec?.volumeName ?? '' };
  }
}
