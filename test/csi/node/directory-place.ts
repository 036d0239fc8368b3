import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeDeps } from '../../../src/csi/node/deps.ts';
import { nodePublishVolume } from '../../../src/csi/node/publish-volume.ts';
import { nodeStageVolume } from '../../../src/csi/node/stage-volume.ts';
import { nodeUnpublishVolume } from '../../../src/csi/node/unpublish-volume.ts';
import { nodeUnstageVolume } from '../../../src/csi/node/unstage-volume.ts';
import { ShownDirectories } from '../../../src/directory/shown-directories.ts';
import type { Managed } from '../../../src/domain/volume.ts';
import { GiB } from '../../../src/domain/sizes.ts';
import { filesystems } from '../../../src/filesystem/registry.ts';
import type { Host } from '../../../src/host/host.ts';
import { createManaged, type NewManagedVolume } from '../../../src/managed/create-volume.ts';
import { openManagedPlace, type ManagedPlace } from '../../../src/managed/managed-place.ts';
import type { ManagedRecord } from '../../../src/managed/record.ts';
import { KeyedQueue } from '../../../src/pool/keyed-queue.ts';
import { volumeOf } from '../../managed/managed-world.ts';
import { host as realHost, silent } from '../../pool/open-test-pool.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../../support/temporary.ts';
import { capability, type Ask } from './node-place.ts';

/** A node without pools, whose managed volumes are beneath one root. */
export interface DirectoryPlace {
  readonly directory: TemporaryDirectory;
  readonly managed: ManagedPlace;
  readonly shown: ShownDirectories;
  readonly deps: NodeDeps;
  /** A path of the node's staging and targets. */
  at(name: string): string;
  /** A path beneath the managed root. */
  data(...names: string[]): string;
  /** A volume of a directory beneath the root, which is made when it is missing. */
  create(name: string, changes?: Partial<Managed>, more?: Partial<NewManagedVolume>): Promise<ManagedRecord>;
  stage(record: { id: string }, ask?: Ask): Promise<unknown>;
  unstage(record: { id: string }, staging?: string): Promise<unknown>;
  publish(record: { id: string }, ask?: Ask): Promise<unknown>;
  unpublish(record: { id: string }, target?: string): Promise<unknown>;
  /** What the kernel shows at the node's paths: with `ro` where it is read-only. */
  mounts(): Promise<readonly string[]>;
  /** The same node after its process has ended. */
  restarted(host?: Host): Promise<DirectoryPlace>;
}

export async function directoryPlace(
  host: Host = realHost,
  directory = temporaryDirectory('tome-directory'),
): Promise<DirectoryPlace> {
  const root = join(directory.path, 'root');
  const node = join(directory.path, 'node');
  for (const path of [directory.path, root, node]) {
    mkdirSync(path, { recursive: true });
    chmodSync(path, 0o755);
  }
  const shown = new ShownDirectories(join(directory.path, 'state/shown'), host);
  const roots = [{ path: root, shared: false }];
  const records = join(directory.path, 'state/managed');
  const locks = new KeyedQueue();
  const managed = await openManagedPlace({ host, log: silent, directory: records, roots, locks, shown });
  const deps: NodeDeps = {
    nodeName: 'node-1',
    pools: { find: () => Promise.resolve(undefined), all: () => [], problems: () => new Map() },
    host,
    directories: { shown, managed },
    filesystems: filesystems(host),
    allowedRoots: [node],
    maxVolumesPerNode: 0,
    ephemeral: { enabled: true, maximumSize: GiB },
    log: silent,
  };
  return placeOf({ directory, host, root, node, managed, shown, deps });
}

interface Parts extends Pick<DirectoryPlace, 'directory' | 'managed' | 'shown' | 'deps'> {
  readonly host: Host;
  readonly root: string;
  readonly node: string;
}

function placeOf({ directory, host, root, node, managed, shown, deps }: Parts): DirectoryPlace {
  const at = (name: string) => join(node, name);
  const data = (...names: string[]) => join(root, ...names);
  const staged = (ask: Ask) => ({
    stagingTargetPath: ask.staging ?? at('staging'),
    volumeCapability: capability({ volumeMode: 'Filesystem' }, ask),
    publishContext: ask.publishContext ?? {},
    volumeContext: ask.volumeContext ?? {},
    secrets: {},
  });
  return {
    ...{ directory, managed, shown, deps, at, data },
    create(name, changes = {}, more = {}) {
      const volume = volumeOf(name, changes.hostPath ?? data(name), more);
      if (changes.hostPath === undefined) mkdirSync(data(name), { recursive: true });
      return createManaged(managed, { ...volume, managed: { ...volume.managed, ...changes } });
    },
    stage: ({ id }, ask = {}) => nodeStageVolume({ volumeId: id, ...staged(ask) }, deps),
    unstage: ({ id }, staging = at('staging')) => nodeUnstageVolume({ volumeId: id, stagingTargetPath: staging }, deps),
    publish: ({ id }, ask = {}) => {
      const targetPath = ask.target ?? at('target');
      return nodePublishVolume({ volumeId: id, targetPath, readonly: ask.readonly ?? false, ...staged(ask) }, deps);
    },
    unpublish: ({ id }, target = at('target')) => nodeUnpublishVolume({ volumeId: id, targetPath: target }, deps),
    async mounts() {
      const beneath = (await realHost.mounts.list()).filter(({ target }) => target.startsWith(`${node}/`));
      return beneath.map(({ target, readOnly }) => `${target.slice(node.length + 1)}${readOnly ? ' ro' : ''}`).sort();
    },
    restarted: (again = host) => directoryPlace(again, directory),
  };
}
