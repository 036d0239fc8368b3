import type { Logger } from 'pino';
import { ApiServer } from '../catalog/kubernetes/api-server.ts';
import type { CredentialSource } from '../catalog/kubernetes/credentials.ts';
import type { EventRecorder } from '../domain/event.ts';
import { ClusterClient } from '../populator/cluster-client.ts';
import { Populator } from '../populator/populator.ts';
import type { ControllerConfig } from './controller-config.ts';

/** Milliseconds for one request. */
const TIMEOUT_MS = 10_000;

export interface PopulatorSurroundings {
  readonly config: ControllerConfig;
  readonly credentials: CredentialSource;
  readonly events: EventRecorder;
  readonly log: Logger;
}

/** Starts filling the volumes of claims, where the configuration says by which image; returns how that ends. */
export function startPopulator({ config, credentials, events, log }: PopulatorSurroundings): () => Promise<void> {
  const { imports, namespace, driverName } = config;
  if (imports === undefined || namespace === undefined) return () => Promise.resolve();
  const server = new ApiServer(credentials, TIMEOUT_MS);
  const settings = { ...imports, namespace };
  const deps = { client: new ClusterClient(server), settings, events, driverName, now: Date.now };
  const populator = new Populator(deps, log);
  populator.start();
  return async () => {
    server.close();
    await populator.stop();
  };
}
