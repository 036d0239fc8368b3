import type { Logger } from 'pino';
import type { Catalog } from '../catalog/catalog.ts';
import { ObjectClient } from '../catalog/kubernetes/object-client.ts';
import type { ApiServer } from '../catalog/kubernetes/api-server.ts';
import type { EventRecorder } from '../domain/event.ts';
import { ClaimWatch } from '../populator/claim-watch.ts';
import { Populator } from '../populator/populator.ts';
import type { ControllerConfig } from './controller-config.ts';

export interface PopulatorSurroundings {
  readonly config: Pick<ControllerConfig, 'imports' | 'namespace' | 'driverName'>;
  readonly catalog: Pick<Catalog, 'snapshots'>;
  readonly server: ApiServer;
  readonly events: EventRecorder;
  readonly log: Logger;
}

/** What makes the volumes of claims that name a template, and where the configuration says by which image also of imports. */
export function populatorFor({ config, catalog, server, events, log }: PopulatorSurroundings): Populator | undefined {
  const { imports, namespace, driverName } = config;
  if (namespace === undefined) return undefined;
  const common = { client: new ObjectClient(server), events };
  const clones = { ...common, settings: { namespace }, snapshots: catalog.snapshots, driverName };
  const filling = imports && { ...common, settings: { ...imports, namespace }, driverName, now: Date.now };
  const claims = new ClaimWatch({ server, namespace, log });
  return new Populator({ claims, clones, imports: filling, log });
}
