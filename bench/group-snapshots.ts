import { watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Measure } from './support/report.ts';
import type { BenchServer } from './support/server.ts';
import { steadyWriter, type SteadyWriter, type Stall } from './support/stalls.ts';
import { median } from './support/statistics.ts';
import { create, makePaths, mount, unmount } from './support/volumes.ts';

const MEMBERS = 8;
const SAMPLES = 20;
/** Milliseconds between two cuts: the writers write about 4 MiB each meanwhile, as much as is then to be brought to the disk. */
const PAUSE_MS = 500;

/** Group snapshots of mounted volumes that are all written to, as their writers feel them. */
export async function measureGroupSnapshots(server: BenchServer, directory: string): Promise<readonly Measure[]> {
  const names = Array.from({ length: MEMBERS }, (_, index) => `member-${index}`);
  const members = await Promise.all(
    names.map(async (name) => ({ volumeId: await create(server, name), paths: await makePaths(directory, name) })),
  );
  for (const { volumeId, paths } of members) await mount(server, volumeId, paths);
  const writers = await Promise.all(members.map(({ paths }) => steadyWriter(join(paths.target, 'data'))));

  // The driver notes there what it is about to freeze, and takes that away when all is thawed.
  const noted: number[] = [];
  const notes = watch(join(server.poolPath, 'freezing'), () => noted.push(Date.now()));
  const calls: number[] = [];
  const frozen: number[] = [];
  try {
    for (let index = 0; index < SAMPLES; index += 1) {
      await delay(PAUSE_MS);
      const request = { name: `group-${index}`, sourceVolumeIds: members.map(({ volumeId }) => volumeId) };
      const from = Date.now();
      const start = performance.now();
      const { groupSnapshot } = await server.group.createVolumeGroupSnapshot(request);
      calls.push(performance.now() - start);
      // A stall is told when it is over.
      await delay(50);
      const since = noted.filter((time) => time >= from);
      frozen.push(frozenWithin({ from: Math.min(...since), to: Math.max(...since) }, writers));
      const snapshotIds = groupSnapshot?.snapshots.map(({ snapshotId }) => snapshotId) ?? [];
      const groupSnapshotId = groupSnapshot?.groupSnapshotId ?? '';
      await server.group.deleteVolumeGroupSnapshot({ groupSnapshotId, snapshotIds });
    }
  } finally {
    notes.close();
    for (const writer of writers) await writer.stop();
    for (const { volumeId, paths } of members) {
      await unmount(server, volumeId, paths);
      await server.controller.deleteVolume({ volumeId });
    }
  }
  const what = `group snapshot of ${MEMBERS} mounted volumes that are written to`;
  return [
    { name: `${what}, all of the call, p50`, value: median(calls), unit: 'ms' },
    { name: `${what}, frozen, p50`, value: median(frozen), unit: 'ms' },
    { name: `${what}, frozen, longest of ${SAMPLES}`, value: Math.max(...frozen), unit: 'ms', atMost: 200 },
  ];
}

/**
 * Milliseconds from the first write that the freeze has held up to the last that the thaw has let go, on all volumes
 * together: the freeze's own writing out is in it, since writers wait for that too, and what the disk alone holds up
 * meanwhile.
 */
function frozenWithin({ from, to }: Stall, writers: readonly SteadyWriter[]): number {
  const all = writers.flatMap(({ stalls }) => stalls.filter((stall) => stall.to >= from && stall.from <= to));
  if (all.length === 0) throw new Error('no writer has noticed that its filesystem was frozen');
  return Math.max(...all.map((stall) => stall.to)) - Math.min(...all.map((stall) => Math.max(stall.from, from)));
}
