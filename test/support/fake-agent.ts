import { ConflictError, type Catalog, type Collection } from '../../src/catalog/catalog.ts';
import { modifyStatus } from '../../src/catalog/modify.ts';
import type { VolumeError } from '../../src/domain/errors.ts';
import { isSettled, type Failure, type Progress, type Resource } from '../../src/domain/resource.ts';
import type { SnapshotGroup } from '../../src/domain/snapshot-group.ts';
import type { Snapshot } from '../../src/domain/snapshot.ts';
import type { HealthEntry, Volume } from '../../src/domain/volume.ts';

type Requested = Resource<
  { readonly desired: 'Present' | 'Absent'; readonly revision: number },
  {
    readonly observedRevision: number;
    readonly failure?: Failure | undefined;
    readonly progress?: Progress | undefined;
  }
>;

/** Does in the catalog what an agent does, without any storage; on demand it fails or takes its time. */
export class FakeAgent {
  /** What the agent finds wrong when it works on a resource. */
  fail: (resource: Requested) => VolumeError | undefined = () => undefined;
  /** What it sees of a volume. */
  health: (id: string) => HealthEntry[] = () => [];
  /** When it cuts snapshots, milliseconds since the epoch. */
  now: () => number = Date.now;
  readonly #catalog: Catalog;
  readonly #stops: (() => void)[];
  readonly #running = new Set<string>();
  readonly #held: (() => void)[] = [];
  #isPaused = false;

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
    this.#stops = [
      this.#follow(catalog.volumes, (volume) => this.#volume(volume)),
      this.#follow(catalog.snapshots, (snapshot) => this.#snapshot(snapshot)),
      this.#follow(catalog.groups, (group) => this.#group(group)),
    ];
  }

  /** Work that comes now waits until `resume`. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    for (const work of this.#held.splice(0)) work();
  }

  stop(): void {
    for (const stop of this.#stops) stop();
  }

  #follow<R extends Requested>(collection: Collection<R>, work: (resource: R) => Promise<void>): () => void {
    const consider = (resource: R): void => {
      if (isSettled(resource) || this.#running.has(resource.id)) return;
      this.#running.add(resource.id);
      const run = (): void => void this.#settle(collection, resource.id, work);
      if (this.#isPaused) this.#held.push(run);
      else run();
    };
    return collection.watch(({ resource }) => {
      if (resource !== undefined) consider(resource);
    });
  }

  async #settle<R extends Requested>(
    collection: Collection<R>,
    id: string,
    work: (resource: R) => Promise<void>,
  ): Promise<void> {
    for (;;) {
      const resource = await collection.find(id);
      if (resource === undefined || isSettled(resource)) break;
      const failure = this.fail(resource);
      try {
        if (failure === undefined) await work(resource);
        else await answerFailure(collection, resource, failure);
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error;
      }
    }
    this.#running.delete(id);
  }

  async #volume(volume: Volume): Promise<void> {
    const { volumes } = this.#catalog;
    const { id, spec } = volume;
    if (spec.desired === 'Absent') return volumes.remove(volume);
    const size = Math.max(spec.size, volume.status.size);
    const status = { observedRevision: spec.revision, ready: true, size, health: this.health(id), mounts: [] };
    await volumes.updateStatus(volume, status);
  }

  async #snapshot(snapshot: Snapshot): Promise<void> {
    const { snapshots, volumes } = this.#catalog;
    const { spec } = snapshot;
    if (spec.desired === 'Absent') return snapshots.remove(snapshot);
    const size = (await volumes.find(spec.sourceVolumeId))?.status.size ?? 0;
    await snapshots.updateStatus(snapshot, readySnapshot(size, spec.revision, this.now()));
  }

  async #group(group: SnapshotGroup): Promise<void> {
    const { snapshots, groups, volumes } = this.#catalog;
    const { spec, id } = group;
    if (spec.desired === 'Absent') {
      for (const member of await snapshots.list({ groupId: id })) await snapshots.remove(member);
      return groups.remove(group);
    }
    for (const { snapshotId, sourceVolumeId, uuid } of spec.members) {
      const volume = await volumes.find(sourceVolumeId);
      const { pool, name } = spec;
      const common = { desired: 'Present', revision: 1, name, pool, parameters: {}, volumeMode: 'Filesystem' } as const;
      const member = { ...common, uuid, sourceVolumeId, groupId: id };
      await snapshots.create(snapshotId, member, readySnapshot(volume?.status.size ?? 0, 1, this.now()));
    }
    const creationTime = new Date(this.now()).toISOString();
    await groups.updateStatus(group, { observedRevision: spec.revision, ready: true, creationTime });
  }
}

function readySnapshot(size: number, observedRevision: number, now: number): Snapshot['status'] {
  return { observedRevision, ready: true, size, heldBytes: size, creationTime: new Date(now).toISOString() };
}

async function answerFailure<R extends Requested>(
  collection: Collection<R>,
  { id, spec }: R,
  { reason, message }: VolumeError,
): Promise<void> {
  await modifyStatus(collection, id, ({ status }) => ({
    ...status,
    observedRevision: spec.revision,
    failure: { reason, message },
  }));
}
