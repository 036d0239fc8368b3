import type { Logger } from 'pino';
import { ApiServer } from '../catalog/kubernetes/api-server.ts';
import { Backoff } from '../catalog/kubernetes/backoff.ts';
import type { CredentialSource } from '../catalog/kubernetes/credentials.ts';
import { messageOf } from '../domain/errors.ts';
import type { Mounter } from '../filesystem/registered/mounter.ts';
import type { Host } from '../host/host.ts';
import { PodClient } from '../mount-pods/pod-client.ts';
import { podMounter } from '../mount-pods/pod-mounter.ts';
import { removeLeftovers, type LeftoversDeps } from '../mount-pods/remove-leftovers.ts';
import type { MountPodSettings } from '../mount-pods/settings.ts';

/** Milliseconds for one request. */
const TIMEOUT_MS = 10_000;

export interface MountPods {
  readonly mounter: Mounter;
  /** Removes what an earlier driver has left, in the background, as soon as the API server answers. */
  tidy(where: Pick<LeftoversDeps, 'mountsDirectory' | 'isAttached' | 'exclusively'>): void;
  close(): Promise<void>;
}

export interface MountPodsOptions {
  readonly settings: MountPodSettings;
  readonly host: Host;
  readonly log: Logger;
  readonly credentials: CredentialSource;
  /** Mounts what has no image. */
  readonly local: Mounter;
}

/** What mounts registered filesystems in pods of this cluster. */
export function openMountPods({ settings, host, log, credentials, local }: MountPodsOptions): MountPods {
  const server = new ApiServer(credentials, TIMEOUT_MS);
  const deps = { host, client: new PodClient(server, settings.namespace), settings, log };
  const stopping = new AbortController();
  let tidying: Promise<void> | undefined;
  return {
    mounter: podMounter(deps, local),
    tidy: (where) => {
      tidying = untilDone(() => removeLeftovers({ ...deps, ...where }), log, stopping.signal);
    },
    close: async () => {
      stopping.abort();
      server.close();
      await tidying;
    },
  };
}

async function untilDone(work: () => Promise<void>, log: Logger, signal: AbortSignal): Promise<void> {
  const backoff = new Backoff();
  while (!signal.aborted) {
    try {
      await work();
      return;
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'what earlier mounts have left cannot be removed now');
    }
    await backoff.wait(signal);
  }
}
