import type { Logger } from 'pino';
import type { Host } from '../host/host.ts';
import type { PodClient } from './pod-client.ts';
import type { MountPodSettings } from './settings.ts';

export interface MountPodDeps {
  readonly host: Host;
  readonly client: PodClient;
  readonly settings: MountPodSettings;
  readonly log: Logger;
}
