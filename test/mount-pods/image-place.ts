import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { NodeDeps } from '../../src/csi/node/deps.ts';
import { nodeGetVolumeHealth } from '../../src/csi/node/get-volume-health.ts';
import { filesystems } from '../../src/filesystem/registry.ts';
import { registrationSchema } from '../../src/filesystem/registered/registration.ts';
import type { LoopDevice } from '../../src/host/host.ts';
import { removeLeftovers } from '../../src/mount-pods/remove-leftovers.ts';
import { createVolume } from '../../src/pool/create-volume.ts';
import { deleteVolume } from '../../src/pool/delete-volume.ts';
import { findVolume } from '../../src/pool/find.ts';
import { imagePath } from '../../src/pool/layout.ts';
import { openPool } from '../../src/pool/open-pool.ts';
import type { Pool } from '../../src/pool/pool.ts';
import { nodeCalls, nodeDeps, type NodeCalls } from '../csi/node/node-calls.ts';
import { noIoLimits, poolSettings, silent, volume, xfsPlace, type PoolPlace } from '../pool/open-test-pool.ts';
import { ntfsInPods } from '../support/ntfs.ts';
import { objects, type World } from './world.ts';

/** A driver on a node: one pool, whose filesystem `ntfs` has its programs in pods. */
export interface ImagePlace extends NodeCalls {
  readonly pool: Pool;
  readonly deps: NodeDeps;
  loops(record: { id: string }): Promise<readonly LoopDevice[]>;
  health(record: { id: string }): Promise<readonly { status?: unknown; reason?: unknown }[]>;
  /** The one pod that there is, which has the volume mounted. */
  mountPod(record: { id: string }): Promise<{ name: string; uid: unknown; pod: object | undefined }>;
  /** What a driver does as it starts. */
  tidy(record: { id: string }): Promise<void>;
}

/** The first driver of the place, or one after it. */
export async function startDriver(
  world: World,
  place: PoolPlace,
  registration: object = ntfsInPods('localhost/ntfs:1'),
) {
  const { host } = world.deps;
  const registry = filesystems(host, [registrationSchema.parse(registration)], world.mounter);
  const mountsDirectory = join(place.aside, 'mounts');
  const ioLimiter = noIoLimits(host);
  const parts = { host, filesystems: registry, mountsDirectory, mounter: world.mounter, ioLimiter, log: silent };
  const pool = await openPool(poolSettings({ path: place.path }), parts);
  const root = join(place.aside, 'node');
  mkdirSync(root, { recursive: true });
  const find = async (id: string) => {
    const record = await findVolume(pool, id);
    return record && { pool, record };
  };
  const pools = { find, all: () => [pool], problems: () => new Map<string, string>() };
  const stateDir = join(place.aside, 'state');
  const deps = { ...(await nodeDeps({ host, root, stateDir, pools })), filesystems: registry };
  const loops = async ({ id }: { id: string }) => {
    const image = await host.files.stat(imagePath(pool, id));
    return image === undefined ? [] : host.loops.holding(image);
  };
  return {
    ...nodeCalls(deps, root),
    pool,
    deps,
    loops,
    health: async ({ id }) => {
      const asked = { volumeId: id, volumePublishPath: '', stagingTargetPath: '' };
      return (await nodeGetVolumeHealth(asked, deps)).volumeHealth?.healthStatuses ?? [];
    },
    mountPod: async ({ id }) => {
      const [pod, ...others] = await objects(world, 'pods');
      expect(others).to.deep.equal([]);
      const labels = { 'tome.storage/volume': id, 'tome.storage/mount-pod': 'mount' };
      expect(pod?.metadata['labels']).to.include(labels);
      return { name: pod?.metadata.name ?? '', uid: pod?.metadata['uid'], pod };
    },
    tidy: (record) => {
      const isAttached = async () => (await loops(record)).length > 0;
      const exclusively = (_: string, work: () => Promise<void>) => work();
      return removeLeftovers({ ...world.deps, mountsDirectory, isAttached, exclusively });
    },
  } satisfies ImagePlace;
}

/** A driver, and a volume of its `ntfs`. */
export async function startVolume(world: World) {
  const place = await xfsPlace();
  const driver: ImagePlace = await startDriver(world, place);
  const record = await createVolume(driver.pool, volume('data', { fsType: 'ntfs' }));
  return { place, driver, record };
}

/** Deletes the volume, which is in use no more. */
export async function endVolume(
  world: World,
  { place, driver, record }: Awaited<ReturnType<typeof startVolume>>,
): Promise<void> {
  await expectNothing(world, driver, record);
  await deleteVolume(driver.pool, record.id, record.uuid);
  await driver.pool.close();
  await place.cleanUp();
}

/** Nothing of the volume, nor of any other, is left. */
export async function expectNothing(world: World, driver: ImagePlace, record: { id: string }): Promise<void> {
  expect(await driver.loops(record), 'devices that stay').to.deep.equal([]);
  const pods = await objects(world, 'pods');
  expect(
    pods.map(({ metadata }) => metadata.name),
    'pods that stay',
  ).to.deep.equal([]);
  expect(await objects(world, 'secrets'), 'Secrets that stay').to.deep.equal([]);
}
