import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import * as z from 'zod';
import type { Measure } from './support/report.ts';
import type { BenchServer } from './support/server.ts';
import { median } from './support/statistics.ts';
import { create, makePaths, mount, unmount } from './support/volumes.ts';

const jobSchema = z.object({ read: z.object({ bw_bytes: z.number() }), write: z.object({ bw_bytes: z.number() }) });
const resultSchema = z.object({ jobs: z.array(jobSchema).min(1) });

const PATTERNS = [
  { name: '4k random read QD32', arguments: ['--rw=randread', '--bs=4k', '--iodepth=32'], atLeast: 0.85 },
  { name: '4k random write QD32', arguments: ['--rw=randwrite', '--bs=4k', '--iodepth=32'], atLeast: 0.85 },
  { name: '1M sequential read', arguments: ['--rw=read', '--bs=1M', '--iodepth=8'], atLeast: 0.95 },
  { name: '1M sequential write', arguments: ['--rw=write', '--bs=1M', '--iodepth=8'], atLeast: 0.95 },
];
const ROUNDS = 5;

/** fio in a mounted volume against fio on a file of the same pool, in turns. */
export async function measureIo(server: BenchServer, directory: string): Promise<readonly Measure[]> {
  const paths = await makePaths(directory, 'io');
  const capacityRange = { requiredBytes: 4 * 1024 ** 3, limitBytes: 0 };
  const volumeId = await create(server, 'io', { capacityRange });
  await mount(server, volumeId, paths);
  const inVolume = join(paths.target, 'fio');
  const onPool = join(server.poolPath, 'fio');
  for (const file of [inVolume, onPool]) await throughput(file, ['--rw=write', '--bs=1M', '--iodepth=8', '--size=1G']);

  const measures: Measure[] = [];
  for (const pattern of PATTERNS) {
    const ratios: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const bare = await throughput(onPool, pattern.arguments);
      ratios.push((await throughput(inVolume, pattern.arguments)) / bare);
    }
    const name = `${pattern.name}, volume against a file on the pool`;
    measures.push({ name, value: median(ratios), unit: 'x', atLeast: pattern.atLeast });
  }
  await unmount(server, volumeId, paths);
  await server.controller.deleteVolume({ volumeId });
  await rm(onPool, { force: true });
  return measures;
}

/** Bytes per second over three seconds of direct I/O on a 1 GiB file. */
async function throughput(filename: string, pattern: readonly string[]): Promise<number> {
  const size = pattern.some((word) => word.startsWith('--size')) ? [] : ['--size=1G', '--time_based', '--runtime=3'];
  const common = ['--name=bench', `--filename=${filename}`, '--direct=1', '--ioengine=libaio', '--output-format=json'];
  const { stdout } = await execa('fio', [...common, ...size, ...pattern]);
  const [job] = resultSchema.parse(JSON.parse(stdout)).jobs;
  return (job?.read.bw_bytes ?? 0) + (job?.write.bw_bytes ?? 0);
}
