import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { NodeDeps } from '../../../src/csi/node/deps.ts';
import type { Host } from '../../../src/host/host.ts';
import { createVolume, type ImageFields } from '../../../src/pool/create-volume.ts';
import { findVolume } from '../../../src/pool/find.ts';
import { imageUsage } from '../../../src/pool/image-usage.ts';
import type { Pool, PoolSettings } from '../../../src/pool/pool.ts';
import type { VolumeRecord } from '../../../src/pool/record.ts';
import { host, volume, xfsPlace } from '../../pool/open-test-pool.ts';
import { nodeCalls, nodeDeps, type NodeCalls } from './node-calls.ts';

/** A node with one pool, and a directory in which staging and target paths may be. */
export interface NodePlace extends NodeCalls {
  readonly pool: Pool;
  readonly deps: NodeDeps;
  /** Staging and target paths are beneath it. */
  readonly root: string;
  create(name: string, fields?: Partial<ImageFields>): Promise<VolumeRecord>;
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
    const deps = await depsOf(pool, root, join(place.aside, 'state'));
    return {
      ...nodeCalls(deps, root),
      ...{ pool, deps, root },
      create: (name, fields) => createVolume(pool, volume(name, fields)),
      kernel: async ({ id }) => {
        const { loops, mounts } = await imageUsage(pool, id);
        return {
          loops: loops.map(({ access }) => access),
          mounts: mounts.map(({ target }) => target.replace(`${root}/`, '')),
        };
      },
      restarted: async () => {
        await pool.close();
        return open({ knownUuid: pool.uuid });
      },
      cleanUp: () => place.cleanUp(),
    };
  };
  return open();
}

function depsOf(pool: Pool, root: string, stateDir: string): Promise<NodeDeps> {
  const pools: NodeDeps['pools'] = {
    find: async (id) => {
      const record = await findVolume(pool, id);
      return record && { pool, record };
    },
    all: () => [pool],
    problems: () => new Map(),
  };
  return nodeDeps({ host: pool.host, root, stateDir, pools });
}
