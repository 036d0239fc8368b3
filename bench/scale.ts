import { volumeId } from '../src/domain/ids.ts';
import type { Measure } from './support/report.ts';
import { startServer, type BenchServer } from './support/server.ts';
import { inFlight, median, timed } from './support/statistics.ts';
import { create } from './support/volumes.ts';

const VOLUMES = 5000;
const SAMPLES = 200;
const PAGE = 500;
const LISTS = 40;
/** All of them on a pool of a few GiB: empty volumes take next to nothing. */
const OVERCOMMIT = 1000;

/** What becomes slower or larger when there are many volumes. Restarts the server on the same state. */
export async function measureScale(directory: string): Promise<readonly Measure[]> {
  let server = await startServer(directory, OVERCOMMIT);
  const idle = server.memory();
  await createAndDelete(server, 'warm-up');
  const few = await createAndDelete(server, 'few');

  await inFlight(VOLUMES, 16, (index) => create(server, `volume-${index}`));
  const many = await createAndDelete(server, 'many');
  const listMs = await listAll(server);
  const full = server.memory();
  await server.stop();

  server = await startServer(directory, OVERCOMMIT);
  const { msToProbe } = server;
  await inFlight(VOLUMES, 16, (index) => server.controller.deleteVolume({ volumeId: volumeId(`volume-${index}`) }));
  await server.stop();
  return [
    { name: 'CreateVolume p50', value: few.create, unit: 'ms' },
    { name: 'DeleteVolume p50', value: few.remove, unit: 'ms' },
    { name: 'CreateVolume p50 at 5,000 volumes against 0', value: many.create / few.create, unit: 'x', atMost: 1.3 },
    { name: 'DeleteVolume p50 at 5,000 volumes against 0', value: many.remove / few.remove, unit: 'x', atMost: 1.3 },
    { name: 'ListVolumes, 5,000 volumes in pages of 500', value: listMs, unit: 'ms', atMost: 60 },
    { name: 'memory of the idle server', value: idle, unit: 'MiB', atMost: 80 },
    { name: 'memory after 5,000 volumes', value: full, unit: 'MiB', atMost: 130 },
    { name: 'start to first Probe with 5,000 volumes', value: msToProbe, unit: 'ms', atMost: 1000 },
  ];
}

async function createAndDelete(server: BenchServer, prefix: string): Promise<{ create: number; remove: number }> {
  const creations: number[] = [];
  const removals: number[] = [];
  for (let index = 0; index < SAMPLES; index += 1) {
    const name = `${prefix}-${index}`;
    creations.push(await timed(() => create(server, name)));
    removals.push(await timed(() => server.controller.deleteVolume({ volumeId: volumeId(name) })));
  }
  return { create: median(creations), remove: median(removals) };
}

async function listAll(server: BenchServer): Promise<number> {
  const samples: number[] = [];
  for (let round = 0; round < LISTS; round += 1) {
    let seen = 0;
    samples.push(
      await timed(async () => {
        let startingToken = '';
        do {
          const page = await server.controller.listVolumes({ maxEntries: PAGE, startingToken });
          seen += page.entries.length;
          startingToken = page.nextToken;
        } while (startingToken !== '');
      }),
    );
    if (seen < VOLUMES) throw new Error(`only ${seen} volumes were listed`);
  }
  // The compiler needs some hundred pages to know what is hot.
  return median(samples.slice(LISTS / 2));
}
