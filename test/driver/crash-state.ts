import { lstat, readdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { linuxHost } from '../../src/host/linux-host.ts';
import { recordPath } from '../../src/pool/layout.ts';
import type { LoopDevice, Mount } from '../../src/host/host.ts';
import { backingFile } from '../support/backing-file.ts';
import type { TestDriver } from '../support/driver.ts';
import { refusalOf } from '../support/refusal.ts';

const host = linuxHost();

/** What is looked at closer, or is of no interest. */
const KEPT_IN_STATE = /^(catalog\.db.*|managed|mounts|shown)$/;

/** A write that takes longer meets a frozen filesystem. */
const WRITE_LIMIT_MS = 5000;

export interface Place {
  readonly directory: string;
  readonly clients: TestDriver;
  /** Ids of group snapshots to ask for: there is no list of them. */
  readonly groups: readonly string[];
  /** Files and devices that are read. */
  readonly data: readonly string[];
}

/**
 * All that the driver, the disk and the kernel tell, without what differs from one run to the next: uuids and loop
 * devices get names in the order of their appearance. Thaws what it finds frozen, so that the tests after it can go on.
 */
export async function describeState(place: Place): Promise<unknown> {
  const { directory, clients, data } = place;
  const below = (path: string) => path.startsWith(`${directory}/`);
  const loops = (await host.loops.list()).filter((loop) => below(backingFile(loop) ?? ''));
  const mounts = (await host.mounts.list()).filter(({ target }) => below(target));
  const pool = await describeTree(clients.poolPath, '');
  const state = {
    catalog: await describeCatalog(place),
    promisedTooMuch: (await promised(clients)) - promisesIn(pool),
    pool: pool.filter(({ path }) => !isBlank(path)),
    stateDirectory: (await readdir(clients.stateDir)).filter((name) => !KEPT_IN_STATE.test(name)),
    // Made when they are needed, and kept.
    privateMounts: await host.files.list(join(clients.stateDir, 'mounts')),
    notes: await host.files.list(join(clients.stateDir, 'shown')),
    managed: await host.files.list(join(clients.stateDir, 'managed')),
    node: await describeTree(join(directory, 'node'), ''),
    loops: loops.map((loop) => describeLoop(loop, directory)).sort(byText),
    mounts: mounts.map((mount) => describeMount(mount, { directory, loops })).sort(byText),
    frozen: await frozen(mounts.filter(({ target }) => below(target) && target !== clients.poolPath)),
    data: await Promise.all(data.map(async (path) => [path, await firstLine(join(directory, path))])),
  };
  return normalised(state);
}

/** What is in one state and not in the other, a line for each value. Empty when they are the same. */
export function difference(expected: unknown, actual: unknown): readonly string[] {
  const [wanted, found] = [valuesIn(expected, ''), valuesIn(actual, '')];
  return [
    ...wanted.filter((line) => !found.includes(line)).map((line) => `missing ${line}`),
    ...found.filter((line) => !wanted.includes(line)).map((line) => `surplus ${line}`),
  ];
}

/** What stands in a list is named by all that it says, so that a new first one does not change all others. */
function valuesIn(value: unknown, path: string): readonly string[] {
  if (Array.isArray(value)) return value.map((item) => `${path}: ${JSON.stringify(item)}`);
  if (typeof value !== 'object' || value === null) return [`${path}: ${JSON.stringify(value)}`];
  return Object.entries(value).flatMap(([key, inner]) => valuesIn(inner, `${path}/${key}`));
}

/** Every image, or directory in place of one, that shows has its record: whatever dies, there is never half a volume. Returns what is wrong. */
export async function halfImages(poolPath: string): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const folder of ['volumes', 'snapshots']) {
    for (const id of await readdir(join(poolPath, folder))) {
      const names = await readdir(join(poolPath, folder, id));
      const record = await host.files.read(recordPath({ path: poolPath }, id));
      if ((names.includes('image') || names.includes('data')) && record?.includes(`"id": "${id}"`) === true) continue;
      faults.push(`${folder}/${id}: ${names.join(', ')}`);
    }
  }
  return faults;
}

async function describeCatalog({ clients, groups }: Place): Promise<unknown> {
  const [{ volumes }, published, snapshots, states] = await Promise.all([
    clients.admin.listVolumes({}),
    clients.controller.listVolumes({}),
    clients.controller.listSnapshots({}),
    clients.admin.listSnapshots({}),
  ]);
  const found = groups.map(async (groupSnapshotId) => {
    const call = clients.group.getVolumeGroupSnapshot({ groupSnapshotId });
    return call.then(
      ({ groupSnapshot }) => groupSnapshot,
      async () => (await refusalOf(call)).code,
    );
  });
  return {
    volumes: volumes.map(({ attachedTo, ...volume }) => ({
      ...volume,
      usedBytes: undefined,
      attachedTo: attachedTo.map((attachment) => ({ ...attachment, paths: attachment.paths.toSorted() })),
    })),
    published,
    snapshots,
    groups: await Promise.all(found),
    // Bytes that its image happens to hold: what was written meanwhile.
    states: states.snapshots.map((one) => ({ ...one, heldBytes: undefined })),
  };
}

async function promised({ admin }: TestDriver): Promise<number> {
  const { pools } = await admin.listPools({});
  return pools.reduce((sum, pool) => sum + Number(pool.promisedBytes), 0);
}

interface Entry {
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'device' | 'mounted';
  readonly size?: number;
  /** Every byte has its place on disk. */
  readonly full?: boolean;
  readonly json?: Record<string, unknown>;
}

/** All that is in a directory, not in what is mounted there. */
async function describeTree(root: string, path: string): Promise<readonly Entry[]> {
  const { dev } = await lstat(join(root, path));
  const entries: Entry[] = [];
  for (const name of (await readdir(join(root, path))).sort()) {
    const inside = join(path, name);
    const stat = await lstat(join(root, inside));
    if (stat.isBlockDevice()) entries.push({ path: inside, kind: 'device' });
    else if (stat.isFile()) entries.push(await describeFile(root, inside, stat));
    else if (stat.dev !== dev) entries.push({ path: inside, kind: 'mounted' });
    else entries.push({ path: inside, kind: 'directory' }, ...(await describeTree(root, inside)));
  }
  return entries;
}

async function describeFile(
  root: string,
  path: string,
  { size, blocks }: { size: number; blocks: number },
): Promise<Entry> {
  if (!path.endsWith('.json')) return { path, kind: 'file', size, full: blocks * 512 >= size };
  const json = await host.files.read(join(root, path));
  return { path, kind: 'file', json: { ...(JSON.parse(json ?? '') as object) } };
}

/** Made as they are needed, and kept. */
function isBlank(path: string): boolean {
  return /^blanks\/(ext4|xfs|btrfs)-\d+-[0-9a-f]{12}$/.test(path);
}

/** What the records say that the pool has promised: volumes their size, snapshots what they held at the cut. */
function promisesIn(entries: readonly Entry[]): number {
  const records = entries.filter(({ json }) => json?.['kind'] !== undefined);
  return records.reduce((sum, { json }) => sum + Number(json?.[json['kind'] === 'volume' ? 'size' : 'heldBytes']), 0);
}

function describeLoop(loop: LoopDevice, directory: string): object {
  const { label, readOnly, autoclear } = loop;
  return { file: relative(directory, backingFile(loop) ?? ''), label, readOnly, autoclear };
}

function describeMount(mount: Mount, at: { directory: string; loops: readonly LoopDevice[] }): object {
  const { fsType, readOnly, superReadOnly, superOptions } = mount;
  const shown = mount.root === '/' ? mount.source : `/dev${mount.root}`;
  const of = at.loops.find(({ path }) => path === shown)?.label ?? shown;
  return { target: relative(at.directory, mount.target), of, fsType, readOnly, superReadOnly, superOptions };
}

/** Where a write does not end. Thaws them. */
async function frozen(mounts: readonly Mount[]): Promise<readonly string[]> {
  const found: string[] = [];
  const writable = mounts.filter(({ fsType, superReadOnly }) => fsType !== 'devtmpfs' && !superReadOnly);
  for (const { target } of new Map(writable.map((mount) => [mount.deviceNumber, mount])).values()) {
    const limit = new AbortController();
    const write = writeFile(join(target, 'written-after'), 'text').then(() => true);
    const late = delay(WRITE_LIMIT_MS, false, { signal: limit.signal }).catch(() => false);
    if (!(await Promise.race([write, late]))) {
      found.push(target);
      await host.mounts.thaw(target);
    }
    limit.abort();
    await write;
  }
  return found;
}

async function firstLine(path: string): Promise<string> {
  const start = await host.images.readBlock(path, 0, 64);
  return start.toString('utf8').split('\n', 1)[0] ?? '';
}

function byText(one: object, other: object): number {
  return JSON.stringify(one) < JSON.stringify(other) ? -1 : 1;
}

/** The same uuid has the same name wherever it stands: one that differs from the catalog to the record shows. */
function normalised(state: object): unknown {
  const uuids = new Map<string, string>();
  const text = JSON.stringify(state)
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, (uuid) => {
      const name = uuids.get(uuid) ?? `uuid ${uuids.size + 1}`;
      uuids.set(uuid, name);
      return name;
    })
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time')
    .replace(/"heldBytes":\d+/g, '"heldBytes":"some"')
    .replace(/"seconds":"?\d+"?,"nanos":\d+/g, '"time":"some"');
  return JSON.parse(text);
}
