import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import type { ApiRequest, ApiResponse, ApiServer } from '../catalog/kubernetes/api-server.ts';
import { expectOk, isAbsent, isOk } from '../catalog/kubernetes/api-error.ts';
import { apiGroup, apiVersion } from '../catalog/kubernetes/kinds.ts';
import { look } from '../catalog/kubernetes/requests.ts';
import { VolumeError } from '../domain/errors.ts';
import type { OwnerReference } from './pod-manifest.ts';
import { readPod, readPods, type Pod } from './pod-status.ts';

const PAUSE_MS = 200;

const uidSchema = z.object({ metadata: z.object({ uid: z.string() }) });

/**
 * Pods and Secrets of the driver's namespace. Throws Unavailable when the API server does not answer or lacks a right; all
 * is by name, so that a request whose answer was lost can be repeated.
 */
export class PodClient {
  readonly #server: ApiServer;
  readonly #namespace: string;

  constructor(server: ApiServer, namespace: string) {
    this.#server = server;
    this.#namespace = namespace;
  }

  /** Undefined when there is none. */
  async find(name: string): Promise<Pod | undefined> {
    const subject = { verb: 'get', resource: 'pods', id: name };
    const response = await look(this.#server, { method: 'GET', path: this.#path('pods', name) }, subject);
    if (isAbsent(response, subject)) return undefined;
    return readPod(expectOk(response, subject));
  }

  /** Those with these labels on a node. */
  async list(labels: Readonly<Record<string, string>>, nodeName: string): Promise<readonly Pod[]> {
    const labelSelector = Object.entries(labels)
      .map(([name, value]) => `${name}=${value}`)
      .join(',');
    const query = new URLSearchParams({ labelSelector, fieldSelector: `spec.nodeName=${nodeName}` });
    const subject = { verb: 'list', resource: 'pods' };
    const path = `${this.#path('pods')}?${query.toString()}`;
    return readPods(expectOk(await look(this.#server, { method: 'GET', path }, subject), subject));
  }

  /** One of the name that is there already stays as it is. */
  async create(resource: 'pods' | 'secrets', name: string, body: object): Promise<void> {
    const subject = { verb: 'create', resource, id: name };
    const response = await look(this.#server, { method: 'POST', path: this.#path(resource), body }, subject);
    if (response.status !== 409) expectOk(response, subject);
  }

  /** In place of one that is there. */
  async replaceSecret(name: string, body: object): Promise<void> {
    await this.remove('secrets', name);
    await this.create('secrets', name, body);
  }

  /** Asks for its end; gone already is fine. */
  async remove(resource: 'pods' | 'secrets', name: string): Promise<void> {
    const subject = { verb: 'delete', resource, id: name };
    const request: ApiRequest = { method: 'DELETE', path: this.#path(resource, name) };
    const response = await look(this.#server, request, subject);
    if (!isAbsent(response, subject)) expectOk(response, subject);
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

  /** The last lines of its program's output; empty when there are none to be had. */
  async log(name: string, tailLines?: number): Promise<string> {
    const query = tailLines === undefined ? '' : `?tailLines=${tailLines}`;
    const path = `${this.#path('pods', name)}/log${query}`;
    const subject = { verb: 'get', resource: 'pods/log', id: name };
    const response = await look(this.#server, { method: 'GET', path, accept: '*/*' }, subject);
    return isOk(response) ? textOf(response) : '';
  }

  /** The volume as the owner of what is made for it; undefined when the catalog has no such volume. */
  async ownerOf(volumeId: string): Promise<OwnerReference | undefined> {
    const path = `/apis/${apiGroup}/${apiVersion}/volumes/${encodeURIComponent(volumeId)}`;
    const subject = { verb: 'get', resource: `volumes.${apiGroup}`, id: volumeId };
    const response = await look(this.#server, { method: 'GET', path }, subject);
    if (isAbsent(response, subject)) return undefined;
    const { uid } = uidSchema.parse(expectOk(response, subject)).metadata;
    return { apiVersion: `${apiGroup}/${apiVersion}`, kind: 'Volume', name: volumeId, uid, controller: true };
  }

  #path(resource: string, name?: string): string {
    const all = `/api/v1/namespaces/${encodeURIComponent(this.#namespace)}/${resource}`;
    return name === undefined ? all : `${all}/${encodeURIComponent(name)}`;
  }
}

/** A line that happens to be JSON was parsed. */
function textOf({ body }: ApiResponse): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}
