import { join } from 'node:path';
import type { NodeDeps } from '../../../src/csi/node/deps.ts';
import { nodePublishVolume } from '../../../src/csi/node/publish-volume.ts';
import { nodeStageVolume } from '../../../src/csi/node/stage-volume.ts';
import { nodeUnpublishVolume } from '../../../src/csi/node/unpublish-volume.ts';
import { nodeUnstageVolume } from '../../../src/csi/node/unstage-volume.ts';
import type { VolumeCapability__Output } from '../../../src/csi/gen/csi/v1/VolumeCapability.ts';
import { ShownDirectories } from '../../../src/directory/shown-directories.ts';
import type { AccessMode } from '../../../src/domain/access.ts';
import type { ManagedRoot } from '../../../src/domain/pool.ts';
import { GiB } from '../../../src/domain/sizes.ts';
import { filesystems } from '../../../src/filesystem/registry.ts';
import type { Host } from '../../../src/host/host.ts';
import { openManagedPlace } from '../../../src/managed/managed-place.ts';
import { KeyedQueue } from '../../../src/pool/keyed-queue.ts';
import { silent } from '../../pool/open-test-pool.ts';

export interface Ask {
  readonly mode?: AccessMode;
  readonly fsType?: string;
  readonly mountFlags?: readonly string[];
  readonly readonly?: boolean;
  readonly publishContext?: Record<string, string>;
  readonly volumeContext?: Record<string, string>;
  readonly staging?: string;
  readonly target?: string;
}

interface VolumeToUse {
  readonly id: string;
  /** A filesystem unless told otherwise. */
  readonly volumeMode?: 'Filesystem' | 'Block';
}

/** What an orchestrator asks of a node, with one staging and one target path unless told otherwise. */
export interface NodeCalls {
  /** A path of the node's staging and targets. */
  at(name: string): string;
  stage(record: VolumeToUse, ask?: Ask): Promise<unknown>;
  unstage(record: { id: string }, staging?: string): Promise<unknown>;
  publish(record: VolumeToUse, ask?: Ask): Promise<unknown>;
  unpublish(record: { id: string }, target?: string): Promise<unknown>;
}

/** Staging and target paths are beneath `root`. */
export function nodeCalls(deps: NodeDeps, root: string): NodeCalls {
  const at = (name: string) => join(root, name);
  const staged = ({ id, volumeMode = 'Filesystem' }: VolumeToUse, ask: Ask) => ({
    volumeId: id,
    stagingTargetPath: ask.staging ?? at('staging'),
    volumeCapability: capability({ volumeMode }, ask),
    publishContext: ask.publishContext ?? {},
    volumeContext: ask.volumeContext ?? {},
    secrets: {},
  });
  return {
    at,
    stage: (record, ask = {}) => nodeStageVolume(staged(record, ask), deps),
    unstage: ({ id }, staging = at('staging')) => nodeUnstageVolume({ volumeId: id, stagingTargetPath: staging }, deps),
    publish: (record, ask = {}) => {
      const how = { targetPath: ask.target ?? at('target'), readonly: ask.readonly ?? false };
      return nodePublishVolume({ ...staged(record, ask), ...how }, deps);
    },
    unpublish: ({ id }, target = at('target')) => nodeUnpublishVolume({ volumeId: id, targetPath: target }, deps),
  };
}

interface NodeParts {
  readonly host: Host;
  /** Where staging and target paths may be. */
  readonly root: string;
  readonly stateDir: string;
  readonly managedRoots?: readonly ManagedRoot[];
  /** None: there are managed volumes alone. */
  readonly pools?: NodeDeps['pools'];
}

const NO_POOLS: NodeDeps['pools'] = {
  find: () => Promise.resolve(undefined),
  all: () => [],
  problems: () => new Map(),
};

/** What the node service of a test has: what it keeps of directory volumes is below `stateDir`. */
export async function nodeDeps({ host, root, stateDir, managedRoots: roots = [], pools = NO_POOLS }: NodeParts) {
  const shown = new ShownDirectories(join(stateDir, 'shown'), host);
  const records = join(stateDir, 'managed');
  const locks = new KeyedQueue();
  const managed = await openManagedPlace({ host, log: silent, directory: records, roots, locks, shown });
  return {
    nodeName: 'node-1',
    pools,
    host,
    directories: { shown, managed, stagesInside: false, filesystemVolume: () => undefined },
    filesystems: filesystems(host),
    allowedRoots: [root],
    maxVolumesPerNode: 7,
    ephemeral: { enabled: true, maximumSize: GiB },
    log: silent,
  } satisfies NodeDeps;
}

/** As it arrives: for the volume's own mode unless told otherwise, SINGLE_NODE_WRITER by default. */
export function capability(record: { volumeMode: 'Filesystem' | 'Block' }, ask: Ask = {}): VolumeCapability__Output {
  const accessMode = { mode: ask.mode ?? ('SINGLE_NODE_WRITER' as const) };
  if (record.volumeMode === 'Block') return { accessMode, block: {}, accessType: 'block' };
  const mount = { fsType: ask.fsType ?? '', mountFlags: [...(ask.mountFlags ?? [])], volumeMountGroup: '' };
  return { accessMode, mount, accessType: 'mount' };
}
