import type { Logger } from 'pino';
import { KubernetesCollection } from '../catalog/kubernetes/collection.ts';
import type { ApiServer } from '../catalog/kubernetes/api-server.ts';
import type { Kind } from '../catalog/kubernetes/kinds.ts';
import { ObjectClient } from '../catalog/kubernetes/object-client.ts';
import { ResourceClient } from '../catalog/kubernetes/resource-client.ts';
import { templateGroupKind } from '../catalog/kubernetes/template-group-kind.ts';
import { templateKind } from '../catalog/kubernetes/template-kind.ts';
import type { Creating } from '../csi/controller/deps.ts';
import type { VolumeTemplateGroupSpec, VolumeTemplateGroupStatus } from '../domain/volume-template-group.ts';
import type { VolumeTemplateSpec, VolumeTemplateStatus } from '../domain/volume-template.ts';
import { workOnGroup } from './group/work-on-group.ts';
import { ResourceLoop } from './resource-loop.ts';
import { workOnTemplate } from './work-on-template.ts';

export interface TemplateControllerOptions {
  readonly server: ApiServer;
  readonly creating: Creating;
  readonly driverName: string;
  readonly log: Logger;
  /** Milliseconds between two looks at all of them: at what failed, and how many clones there are. */
  readonly intervalMs?: number;
}

/**
 * Does what VolumeTemplates and VolumeTemplateGroups say. Any number of replicas may do so at once: each step is one
 * compare-and-swap.
 */
export class TemplateController {
  readonly #templates: ResourceLoop<VolumeTemplateSpec, VolumeTemplateStatus>;
  readonly #groups: ResourceLoop<VolumeTemplateGroupSpec, VolumeTemplateGroupStatus>;

  constructor({ server, creating, driverName, log, intervalMs }: TemplateControllerOptions) {
    const templates = collectionOf(templateKind, server, log);
    const groups = collectionOf(templateGroupKind, server, log);
    const deps = { templates, groups, objects: new ObjectClient(server), creating, driverName };
    this.#templates = new ResourceLoop({
      kind: templateKind.name,
      collection: templates,
      work: (name, call) => workOnTemplate(name, deps, call),
      log,
      intervalMs,
    });
    this.#groups = new ResourceLoop({
      kind: templateGroupKind.name,
      collection: groups,
      work: (name, call) => workOnGroup(name, deps, call),
      log,
      intervalMs,
    });
  }

  start(): void {
    this.#templates.start();
    this.#groups.start();
  }

  /** Breaks off what is under way, as a crash would: the next one finds what is there. */
  async stop(): Promise<void> {
    await Promise.all([this.#templates.stop(), this.#groups.stop()]);
  }
}

function collectionOf<Spec, Status>(
  kind: Kind<Spec, Status>,
  server: ApiServer,
  log: Logger,
): KubernetesCollection<Spec, Status> {
  const scopes = [{ fieldSelector: undefined, covers: () => true }];
  return new KubernetesCollection({ client: new ResourceClient(server, kind), scopes, watchSeconds: 60, log });
}
