import { join } from 'node:path';
import { measureGroupSnapshots } from './group-snapshots.ts';
import { fill } from './support/fill.ts';
import type { Measure } from './support/report.ts';
import type { BenchServer } from './support/server.ts';
import { median, repeated } from './support/statistics.ts';
import { create, makePaths, mount, unmount } from './support/volumes.ts';
import { measureTemplates } from './templates.ts';

const MiB = 1024 * 1024;
const DATA_MIB = 1024;
const SAMPLES = 30;

/** Snapshots of a volume with 1 GiB of random data, unmounted and mounted idle, and clones from one; templates, and group snapshots. */
export async function measureSnapshots(server: BenchServer, directory: string): Promise<readonly Measure[]> {
  const paths = await makePaths(directory, 'snapshots');
  const capacityRange = { requiredBytes: 2 * DATA_MIB * MiB, limitBytes: 0 };
  const volumeId = await create(server, 'snapshot-source', { capacityRange });
  await mount(server, volumeId, paths);
  await fill(join(paths.target, 'data'), DATA_MIB);

  const cut = async (name: string) => {
    const { snapshot } = await server.controller.createSnapshot({ sourceVolumeId: volumeId, name });
    return snapshot?.snapshotId ?? '';
  };
  const mounted = await repeated(SAMPLES, (index) => cut(`mounted-${index}`));
  await unmount(server, volumeId, paths);
  const unmounted = await repeated(SAMPLES, (index) => cut(`unmounted-${index}`));

  const snapshotId = await cut('unmounted-0');
  const volumeContentSource = { snapshot: { snapshotId } };
  const clones = await repeated(SAMPLES, (index) =>
    create(server, `clone-${index}`, { capacityRange, volumeContentSource }),
  );

  for (let index = 0; index < SAMPLES; index += 1) {
    const copy = await create(server, `clone-${index}`, { capacityRange, volumeContentSource });
    await server.controller.deleteVolume({ volumeId: copy });
  }
  for (const { snapshot } of (await server.controller.listSnapshots({ sourceVolumeId: volumeId })).entries) {
    await server.controller.deleteSnapshot({ snapshotId: snapshot?.snapshotId ?? '' });
  }
  await server.controller.deleteVolume({ volumeId });
  return [
    { name: 'snapshot of 1 GiB, unmounted, p50', value: median(unmounted), unit: 'ms', atMost: 5 },
    { name: 'snapshot of 1 GiB, mounted idle, p50', value: median(mounted), unit: 'ms', atMost: 60 },
    { name: 'clone of 1 GiB from a snapshot, p50', value: median(clones), unit: 'ms', atMost: 6 },
    ...(await measureTemplates(server, directory)),
    ...(await measureGroupSnapshots(server, directory)),
  ];
}
