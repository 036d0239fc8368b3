import type { Measure } from './support/report.ts';
import type { BenchServer } from './support/server.ts';
import { inFlight, median, percentile, repeated, timed } from './support/statistics.ts';
import { cycle, makePaths } from './support/volumes.ts';
import { floorCycle } from './support/floor.ts';

/** The compiler needs more than a thousand cycles to know all that is hot. */
const WARM_UP = 1500;
const SAMPLES = 300;
const CONCURRENT_CYCLES = 1500;
const WIDTH = 16;

/** One volume's life, alone and with fifteen others, against the bare system calls on the same pool. */
export async function measureCycle(server: BenchServer, directory: string): Promise<readonly Measure[]> {
  const paths = await makePaths(directory, 'cycle');
  const once = (index: number) => cycle(server, `cycle-${index}`, paths);
  await repeated(WARM_UP, once);

  // In turns, so that both see the same machine.
  const floor = await floorCycle(server.poolPath, directory);
  const driver: number[] = [];
  const bare: number[] = [];
  for (let index = 0; index < SAMPLES; index += 1) {
    driver.push(await timed(() => once(index)));
    bare.push(await timed(() => floor.run()));
  }
  await floor.close();

  const lanes = await Promise.all(Array.from({ length: WIDTH }, (_, lane) => makePaths(directory, `lane-${lane}`)));
  const free = [...lanes];
  const ms = await timed(() =>
    inFlight(CONCURRENT_CYCLES, WIDTH, async (index) => {
      const lane = free.pop() ?? paths;
      await cycle(server, `many-${index}`, lane);
      free.push(lane);
    }),
  );
  return [
    { name: 'floor: the same cycle in bare system calls, p50', value: median(bare), unit: 'ms' },
    { name: 'whole cycle of a 1 GiB ext4 volume, p50', value: median(driver), unit: 'ms' },
    { name: 'whole cycle, p99', value: percentile(driver, 0.99), unit: 'ms' },
    { name: 'whole cycle against the floor', value: median(driver) / median(bare), unit: 'x', atMost: 5 },
    { name: 'cycles per second, 16 in flight', value: (CONCURRENT_CYCLES / ms) * 1000, unit: '/s', atLeast: 250 },
  ];
}
