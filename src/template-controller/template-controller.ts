import type { Logger } from 'pino';
import { KubernetesCollection } from '../catalog/kubernetes/collection.ts';
import type { ApiServer } from '../catalog/kubernetes/api-server.ts';
import { ResourceClient } from '../catalog/kubernetes/resource-client.ts';
import { templateKind } from '../catalog/kubernetes/template-kind.ts';
import type { Creating } from '../csi/controller/deps.ts';
import { messageOf } from '../domain/errors.ts';
import type { VolumeTemplateSpec, VolumeTemplateStatus } from '../domain/volume-template.ts';
import { ObjectClient } from '../catalog/kubernetes/object-client.ts';
import { workOnTemplate } from './work-on-template.ts';

export interface TemplateControllerOptions {
  readonly server: ApiServer;
  readonly creating: Creating;
  readonly driverName: string;
  readonly log: Logger;
  /** Milliseconds between two looks at all of them: at what failed, and how many clones there are. */
  readonly intervalMs?: number;
}

const INTERVAL_MS = 15_000;
const CALL_MS = 30_000;

/** Does what VolumeTemplates say. Any number of replicas may do so at once: each step is one compare-and-swap. */
export class TemplateController {
  readonly #options: TemplateControllerOptions;
  readonly #templates: KubernetesCollection<VolumeTemplateSpec, VolumeTemplateStatus>;
  readonly #objects: ObjectClient;
  readonly #stopping = new AbortController();
  readonly #running = new Map<string, Promise<void>>();
  readonly #again = new Set<string>();
  #stopWatching: () => void = () => undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: TemplateControllerOptions) {
    const { server, log } = options;
    this.#options = options;
    const client = new ResourceClient(server, templateKind);
    const scopes = [{ fieldSelector: undefined, covers: () => true }];
    this.#templates = new KubernetesCollection({ client, scopes, watchSeconds: 60, log });
    this.#objects = new ObjectClient(server);
  }

  start(): void {
    this.#stopWatching = this.#templates.watch(({ id }) => {
      this.#look(id);
    });
    const lookAtAll = (): void => {
      this.#templates
        .list()
        .then((templates) => {
          for (const { id } of templates) this.#look(id);
        })
        .catch((error: unknown) => {
          this.#options.log.warn({ error: messageOf(error) }, 'VolumeTemplates cannot be listed; it is tried again');
        });
    };
    this.#timer = setInterval(lookAtAll, this.#options.intervalMs ?? INTERVAL_MS);
    lookAtAll();
  }

  /** Breaks off what is under way, as a crash would: the next one finds what is there. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    clearInterval(this.#timer);
    this.#stopWatching();
    await Promise.all([...this.#running.values(), this.#templates.close()]);
  }

  /** One after another for each; what changes meanwhile is looked at afterwards. */
  #look(name: string): void {
    if (this.#stopping.signal.aborted) return;
    if (this.#running.has(name)) {
      this.#again.add(name);
      return;
    }
    const run = this.#work(name).finally(() => {
      this.#running.delete(name);
      if (this.#again.delete(name)) this.#look(name);
    });
    this.#running.set(name, run);
  }

  async #work(name: string): Promise<void> {
    const { creating, driverName, log } = this.#options;
    const work = { templates: this.#templates, objects: this.#objects, creating, driverName };
    const call = { signal: this.#stopping.signal, deadline: Date.now() + CALL_MS };
    try {
      await workOnTemplate(name, work, call);
    } catch (error) {
      if (!this.#stopping.signal.aborted) {
        log.warn({ template: name, error: messageOf(error) }, 'the work on a VolumeTemplate failed; it is tried again');
      }
    }
  }
}
