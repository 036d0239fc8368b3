import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { templateId, volumeId } from '../../src/domain/ids.ts';
import { MiB } from '../../src/domain/sizes.ts';
import type { LoopDevice, Mount } from '../../src/host/host.ts';
import { linuxHost } from '../../src/host/linux-host.ts';
import { block, mount, volumeRequest } from '../support/controller.ts';
import type { TestDriver } from '../support/driver.ts';
import type { Words } from './any-request.ts';

const host = linuxHost();
const MODE = 'SINGLE_NODE_MULTI_WRITER';

/** A driver with volumes, snapshots and paths of every kind, which random requests may do anything to. */
export interface World {
  readonly words: Words;
  /** Makes what is missing of the volumes, snapshots and groups. */
  fill(): Promise<void>;
  /** Undoes everything, over the driver alone; throws when the driver cannot. */
  clear(): Promise<void>;
  /** Deletes what random requests have made. */
  tidy(): Promise<void>;
  /** Where volumes of this driver are mounted outside of what it is allowed. */
  strayMounts(): Promise<readonly string[]>;
}

/** `root` is what the driver is allowed; `outside` is a directory of ours that it must leave alone. */
export async function makeWorld(driver: TestDriver, root: string, outside: string): Promise<World> {
  const at = (name: string): string => join(root, name);
  for (const name of ['dir', 'full', 'empty']) await mkdir(at(name), { recursive: true });
  await writeFile(at('full/file'), 'precious');
  await writeFile(at('file'), 'precious');
  await mkdir(join(outside, 'empty'));
  await writeFile(join(outside, 'file'), 'precious');
  await writeFile(join(outside, 'nothing'), '');
  await symlink(at('dir'), at('inward'));
  await symlink(outside, at('outward'));
  await symlink(join(outside, 'empty'), at('outward-target'));
  await symlink(at('loop'), at('loop'));
  const names = ['fs', 'staged', 'block'];
  const keep = new Set(names.map(volumeId));
  const words: Words = {
    volumeIds: [...keep, volumeId('staged')],
    snapshotIds: [],
    groupIds: [],
    memberIds: [],
    templateIds: [templateId('golden')],
    stagingPaths: [at('staging'), at('staging'), at('staging-2'), at('inward/staging')],
    targetPaths: [at('target'), at('target-2'), at('inward/target'), at('full'), at('empty')],
    forbiddenPaths: [
      '/',
      '/etc',
      '/dev/null',
      '/proc/self/fd/0',
      '/proc/self/root/tmp',
      outside,
      ...['empty', 'file', 'nothing', 'new', 'missing/new'].map((name) => join(outside, name)),
      ...['outward', 'outward/empty', 'outward/new', 'outward-target', 'loop', 'loop/x', 'file/x', 'file'].map(at),
      ...['missing/new', 'n'.repeat(256), `${'d/'.repeat(2100)}x`].map(at),
      root,
      dirname(root),
    ],
  };
  return worldOf(driver, { root, keep, words });
}

interface Parts {
  readonly root: string;
  readonly keep: ReadonlySet<string>;
  readonly words: Words;
}

function worldOf(driver: TestDriver, { root, keep, words }: Parts): World {
  const { admin, controller, group, schedules } = driver;
  const ids = { snapshots: [] as string[], groups: [] as string[], members: [] as string[] };
  const unlock = async (snapshotId: string): Promise<void> => {
    await admin.modifySnapshot({ snapshotId, changes: { deleteLock: 'false' } });
  };
  const deleteTemplates = async (): Promise<void> => {
    for (const { id, deleteLock } of (await admin.listTemplates({})).templates) {
      if (deleteLock) await unlock(id);
      await admin.deleteTemplate({ templateId: id });
    }
  };
  const tidy = async (): Promise<void> => {
    for (const { name } of (await schedules.listSchedules({})).schedules) await schedules.deleteSchedule({ name });
    for (const { name } of (await admin.listQuotas({})).quotas) await admin.deleteQuota({ name });
    for (const { id, deleteLock } of (await admin.listSnapshots({})).snapshots) if (deleteLock) await unlock(id);
    await deleteTemplates();
    const { entries: snapshots } = await controller.listSnapshots({});
    const groups = Map.groupBy(snapshots, ({ snapshot }) => snapshot?.groupSnapshotId ?? '');
    for (const [groupSnapshotId, members] of groups) {
      const made = members
        .map(({ snapshot }) => snapshot?.snapshotId ?? '')
        .filter((id) => !ids.snapshots.includes(id));
      if (groupSnapshotId === '') for (const snapshotId of made) await controller.deleteSnapshot({ snapshotId });
      else if (!ids.groups.includes(groupSnapshotId))
        await group.deleteVolumeGroupSnapshot({ groupSnapshotId, snapshotIds: made });
    }
    const { entries: volumes } = await controller.listVolumes({});
    for (const { volume } of volumes) {
      const id = volume?.volumeId ?? '';
      if (keep.has(id)) continue;
      await controller.controllerUnpublishVolume({ volumeId: id });
      await controller.deleteVolume({ volumeId: id });
    }
  };
  return {
    get words() {
      return { ...words, snapshotIds: ids.snapshots, groupIds: ids.groups, memberIds: ids.members };
    },
    tidy,
    async fill() {
      const capacityRange = { requiredBytes: 16 * MiB };
      await controller.createVolume(volumeRequest('fs', { capacityRange }));
      await controller.createVolume(volumeRequest('staged', { capacityRange }));
      await controller.createVolume(volumeRequest('block', { capacityRange, volumeCapabilities: [block()] }));
      const cut = await controller.createSnapshot({ name: 'cut', sourceVolumeId: volumeId('fs') });
      const pair = await group.createVolumeGroupSnapshot({ name: 'pair', sourceVolumeIds: [...keep] });
      await admin.createTemplates({ templates: [{ name: 'golden', volumeId: volumeId('fs') }] });
      const rule = { schedule: '@yearly', timeZone: 'UTC', keepCount: 1 };
      await schedules.createSchedule({ ...rule, name: 'one', volumes: ['fs'] });
      ids.snapshots = [cut.snapshot?.snapshotId ?? ''];
      ids.groups = [pair.groupSnapshot?.groupSnapshotId ?? ''];
      ids.members = pair.groupSnapshot?.snapshots.map(({ snapshotId }) => snapshotId) ?? [];
      const [stagingTargetPath = ''] = words.stagingPaths;
      const [targetPath = ''] = words.targetPaths;
      const use = { volumeId: volumeId('staged'), stagingTargetPath, volumeCapability: mount(MODE) };
      await driver.node.nodeStageVolume(use);
      await driver.node.nodePublishVolume({ ...use, targetPath });
    },
    async clear() {
      for (const { target, id } of (await ourMounts(driver.poolPath)).toReversed()) {
        const isBlockStaging = basename(target) === id;
        const stagingTargetPath = isBlockStaging ? dirname(target) : target;
        if (!isBlockStaging) await driver.node.nodeUnpublishVolume({ volumeId: id, targetPath: target }).catch(ignore);
        await driver.node.nodeUnstageVolume({ volumeId: id, stagingTargetPath }).catch(ignore);
      }
      ids.snapshots = [];
      ids.groups = [];
      await tidy();
      for (const id of keep) {
        await controller.controllerUnpublishVolume({ volumeId: id });
        await controller.deleteVolume({ volumeId: id });
      }
    },
    async strayMounts() {
      return (await ourMounts(driver.poolPath))
        .map(({ target }) => target)
        .filter((target) => !target.startsWith(`${root}/`));
    },
  };
}

/** Where volumes of the pool are mounted or bound. */
async function ourMounts(poolPath: string): Promise<{ id: string; target: string }[]> {
  const pool = await host.files.stat(poolPath);
  const loops = (await host.loops.list()).filter(({ backingDevice }) => backingDevice === pool?.device);
  return (await host.mounts.list()).flatMap((shown) => {
    const loop = loops.find((device) => isOf(shown, device));
    const id = loop && /^tome:([a-z0-9-]+):/.exec(loop.label)?.[1];
    return id === undefined ? [] : [{ id, target: shown.target }];
  });
}

function isOf({ deviceNumber, root, source }: Mount, device: LoopDevice): boolean {
  return deviceNumber === device.deviceNumber || source === device.path || root === `/${basename(device.path)}`;
}

function ignore(): undefined {
  // A target is not a staging; what stays in use fails the deletion that follows.
}
