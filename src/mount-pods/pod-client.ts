import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import type { Place } from '../catalog/kubernetes/api.ts';
import type { ApiServer } from '../catalog/kubernetes/api-server.ts';
import { pods, secrets, volumes } from '../catalog/kubernetes/apis.ts';
import { apiGroup, apiVersion } from '../catalog/kubernetes/kinds.ts';
import { selectorText } from '../catalog/kubernetes/label-selector.ts';
import { ObjectClient } from '../catalog/kubernetes/object-client.ts';
import { VolumeError } from '../domain/errors.ts';
import type { OwnerReference } from './pod-manifest.ts';
import { podSchema, type Pod } from './pod-status.ts';

const PAUSE_MS = 200;

const uidSchema = z.object({ metadata: z.object({ uid: z.string() }) });

const apis = { pods, secrets };

/**
 * Pods and Secrets of the driver's namespace. Throws Unavailable when the API server does not answer or lacks a right; all
 * is by name, so that a request whose answer was lost can be repeated.
 */
export class PodClient {
  readonly #objects: ObjectClient;
  readonly #namespace: string;

  constructor(server: ApiServer, namespace: string) {
    this.#objects = new ObjectClient(server);
    this.#namespace = namespace;
  }

  /** Undefined when there is none. */
  find(name: string): Promise<Pod | undefined> {
    return this.#objects.find(this.#place('pods', name), podSchema);
  }

  /** Those with these labels on a node. */
  list(matchLabels: Readonly<Record<string, string>>, nodeName: string): Promise<readonly Pod[]> {
    const query = { labelSelector: selectorText({ matchLabels }), fieldSelector: `spec.nodeName=${nodeName}` };
    return this.#objects.list(pods, this.#namespace, query, podSchema);
  }

  /** One of the name that is there already stays as it is. */
  create(resource: 'pods' | 'secrets', name: string, body: object): Promise<void> {
    return this.#objects.ensure(this.#place(resource, name), body);
  }

  /** In place of one that is there. */
  async replaceSecret(name: string, body: object): Promise<void> {
    await this.remove('secrets', name);
    await this.create('secrets', name, body);
  }

  /** Asks for its end; gone already is fine. */
  remove(resource: 'pods' | 'secrets', name: string): Promise<void> {
    return this.#objects.remove(this.#place(resource, name));
  }

  /** Deletes a pod and waits until its program has ended and it is gone. Throws Unavailable when that takes too long. */
  async removeAndWait(name: string, timeoutMs: number): Promise<void> {
    await this.remove('pods', name);
    const deadline = performance.now() + timeoutMs;
    while ((await this.find(name)) !== undefined) {
      if (performance.now() >= deadline) {
        const message = `pod ${this.#namespace}/${name} is still ending after ${timeoutMs / 1000} s: it is tried again`;
        throw new VolumeError('Unavailable', message);
      }
      await delay(PAUSE_MS);
    }
  }

  /** The last lines of its program's output, or all; empty when there are none to be had. */
  log(name: string, tailLines?: number): Promise<string> {
    return this.#objects.log(this.#place('pods', name), tailLines);
  }

  /** The volume as the owner of what is made for it; undefined when the catalog has no such volume. */
  async ownerOf(name: string): Promise<OwnerReference | undefined> {
    const volume = await this.#objects.find({ api: volumes, name }, uidSchema);
    if (volume === undefined) return undefined;
    const { uid } = volume.metadata;
    return { apiVersion: `${apiGroup}/${apiVersion}`, kind: 'Volume', name, uid, controller: true };
  }

  #place(resource: 'pods' | 'secrets', name: string): Place {
    return { api: apis[resource], namespace: this.#namespace, name };
  }
}
