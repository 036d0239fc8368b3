import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AccessMode } from '../../../src/domain/access.ts';
import { nodePublishVolume } from '../../../src/csi/node/publish-volume.ts';
import { nodeStageVolume } from '../../../src/csi/node/stage-volume.ts';
import { nodeUnpublishVolume } from '../../../src/csi/node/unpublish-volume.ts';
import { nodeUnstageVolume } from '../../../src/csi/node/unstage-volume.ts';
import type { NodeDeps } from '../../../src/csi/node/deps.ts';
import type { VolumeCapability__Output } from '../../../src/csi/gen/csi/v1/VolumeCapability.ts';
import { GiB } from '../../../src/domain/sizes.ts';
import { filesystems } from '../../../src/filesystem/registry.ts';
import type { Host } from '../../../src/host/host.ts';
import { createVolume, type ImageFields } from '../../../src/pool/create-volume.ts';
import { findVolume } from '../../../src/pool/find.ts';
import { imageUsage } from '../../../src/pool/image-usage.ts';
import type { Pool, PoolSettings } from '../../../src/pool/pool.ts';
import type { VolumeRecord } from '../../../src/pool/record.ts';
import { host, silent, volume, xfsPlace } from '../../pool/open-test-pool.ts';

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

/** A node with one pool, and a directory in which staging and target paths may be. */
export interface NodePlace {
  readonly pool: Pool;
  readonly deps: NodeDeps;
  /** Staging and target paths are beneath it. */
  readonly root: string;
  /** A path beneath the root. */
  at(name: string): string;
  create(name: string, fields?: Partial<ImageFields>): Promise<VolumeRecord>;
  stage(record: VolumeRecord, ask?: Ask): Promise<unknown>;
  unstage(record: { id: string }, staging?: string): Promise<unknown>;
  publish(record: VolumeRecord, ask?: Ask): Promise<unknown>;
  unpublish(record: { id: string }, target?: string): Promise<unknown>;
  /** What the kernel has of a volume: the accesses of its loop devices, and its mounts' paths below the root. */
  kernel(record: { id: string }): Promise<{ loops: readonly string[]; mounts: readonly string[] }>;
  /** The same pool again, as a restarted driver opens it. */
  restarted(): Promise<NodePlace>;
  cleanUp(): Promise<void>;
}

export async function nodePlace(size?: number, wrapped: Host = host): Promise<NodePlace> {
  const place = await xfsPlace(size);
  const root = join(place.aside, 'node');
  await mkdir(root);
  const open = async (settings: Partial<PoolSettings> = {}): Promise<NodePlace> => {
    const pool = await place.open(settings, wrapped);
    return nodeOn(pool, root, {
      restarted: async () => {
        await pool.close();
        return open({ knownUuid: pool.uuid });
      },
      cleanUp: () => place.cleanUp(),
    });
  };
  return open();
}

function nodeOn(pool: Pool, root: string, rest: Pick<NodePlace, 'restarted' | 'cleanUp'>): NodePlace {
  const deps = depsOf(pool, root);
  const at = (name: string) => join(root, name);
  return {
    ...rest,
    pool,
    deps,
    root,
    at,
    create: (name, fields) => createVolume(pool, volume(name, fields)),
    stage: (record, ask = {}) =>
      nodeStageVolume(
        {
          volumeId: record.id,
          stagingTargetPath: ask.staging ?? at('staging'),
          volumeCapability: capability(record, ask),
          publishContext: ask.publishContext ?? {},
          volumeContext: ask.volumeContext ?? {},
          secrets: {},
        },
        deps,
      ),
    unstage: ({ id }, staging = at('staging')) => nodeUnstageVolume({ volumeId: id, stagingTargetPath: staging }, deps),
    publish: (record, ask = {}) =>
      nodePublishVolume(
        {
          volumeId: record.id,
          stagingTargetPath: ask.staging ?? at('staging'),
          targetPath: ask.target ?? at('target'),
          readonly: ask.readonly ?? false,
          volumeCapability: capability(record, ask),
          publishContext: ask.publishContext ?? {},
          volumeContext: ask.volumeContext ?? {},
          secrets: {},
        },
        deps,
      ),
    unpublish: ({ id }, target = at('target')) => nodeUnpublishVolume({ volumeId: id, targetPath: target }, deps),
    kernel: async ({ id }) => {
      const { loops, mounts } = await imageUsage(pool, id);
      return {
        loops: loops.map(({ access }) => access),
        mounts: mounts.map(({ target }) => target.replace(`${root}/`, '')),
      };
    },
  };
}

function depsOf(pool: Pool, root: string): NodeDeps {
  return {
    nodeName: 'node-1',
    pools: {
      find: async (id) => {
        const record = await findVolume(pool, id);
        return record && { pool, record };
      },
      all: () => [pool],
      problems: () => new Map(),
    },
    host: pool.host,
    filesystems: filesystems(pool.host),
    allowedRoots: [root],
    maxVolumesPerNode: 7,
    ephemeral: { enabled: true, maximumSize: GiB },
    log: silent,
  };
}

/** As it arrives: for the volume's own mode unless told otherwise, SINGLE_NODE_WRITER by default. */
export function capability(record: { volumeMode: 'Filesystem' | 'Block' }, ask: Ask = {}): VolumeCapability__Output {
  const accessMode = { mode: ask.mode ?? ('SINGLE_NODE_WRITER' as const) };
  if (record.volumeMode === 'Block') return { accessMode, block: {}, accessType: 'block' };
  const mount = { fsType: ask.fsType ?? '', mountFlags: [...(ask.mountFlags ?? [])], volumeMountGroup: '' };
  return { accessMode, mount, accessType: 'mount' };
}

/** How a call was refused: the reason, and the message. */
export async function refusal(call: Promise<unknown>): Promise<{ reason: string; message: string }> {
  const outcome: unknown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(outcome instanceof Error)) throw new Error('the call was not refused');
  return { reason: 'reason' in outcome ? String(outcome.reason) : outcome.name, message: outcome.message };
}
