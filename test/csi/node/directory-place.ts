import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeDeps } from '../../../src/csi/node/deps.ts';
import type { ShownDirectories } from '../../../src/directory/shown-directories.ts';
import type { Managed } from '../../../src/domain/volume.ts';
import type { Host } from '../../../src/host/host.ts';
import { createManaged, type NewManagedVolume } from '../../../src/managed/create-volume.ts';
import type { ManagedPlace } from '../../../src/managed/managed-place.ts';
import type { ManagedRecord } from '../../../src/managed/record.ts';
import { volumeOf } from '../../managed/managed-world.ts';
import { host as realHost } from '../../pool/open-test-pool.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../../support/temporary.ts';
import { nodeCalls, nodeDeps, type NodeCalls } from './node-calls.ts';

/** A node without pools, whose managed volumes are beneath one root. */
export interface DirectoryPlace extends NodeCalls {
  readonly directory: TemporaryDirectory;
  readonly managed: ManagedPlace;
  readonly shown: ShownDirectories;
  readonly deps: NodeDeps;
  /** A path beneath the managed root. */
  data(...names: string[]): string;
  /** A volume of a directory beneath the root, which is made when it is missing. */
  create(name: string, changes?: Partial<Managed>, more?: Partial<NewManagedVolume>): Promise<ManagedRecord>;
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
  const stateDir = join(directory.path, 'state');
  const deps = await nodeDeps({ host, root: node, stateDir, managedRoots: [{ path: root, shared: false }] });
  const { managed, shown } = deps.directories;
  const data = (...names: string[]) => join(root, ...names);
  return {
    ...nodeCalls(deps, node),
    ...{ directory, managed, shown, deps, data },
    create(name, changes = {}, more = {}) {
      const volume = volumeOf(name, changes.hostPath ?? data(name), more);
      if (changes.hostPath === undefined) mkdirSync(data(name), { recursive: true });
      return createManaged(managed, { ...volume, managed: { ...volume.managed, ...changes } });
    },
    async mounts() {
      const beneath = (await realHost.mounts.list()).filter(({ target }) => target.startsWith(`${node}/`));
      return beneath.map(({ target, readOnly }) => `${target.slice(node.length + 1)}${readOnly ? ' ro' : ''}`).sort();
    },
    restarted: (again = host) => directoryPlace(again, directory),
  };
}
