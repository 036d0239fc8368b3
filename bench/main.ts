import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureCycle } from './cycle.ts';
import { measureIo } from './io.ts';
import { measureScale } from './scale.ts';
import { measureSnapshots } from './snapshots.ts';
import { report, type Measure } from './support/report.ts';
import { removeDirectory, startServer, type BenchServer } from './support/server.ts';

/** `npm run bench [cycle|snapshots|io|scale ...]`: all of them without arguments. */
const PARTS = ['cycle', 'snapshots', 'io', 'scale'] as const;
type Part = (typeof PARTS)[number];
/** Many snapshots of one volume: they share what they hold, but each counts for all of it. */
const OVERCOMMIT = 100;

const wanted = PARTS.filter((part) => process.argv.length === 2 || process.argv.includes(part));
const measures: Measure[] = [];
for (const part of wanted) {
  process.stderr.write(`measuring ${part} ...\n`);
  measures.push(...(await measure(part)));
}
report(measures, 'bench-results.json');

async function measure(part: Part): Promise<readonly Measure[]> {
  const directory = await mkdtemp(join(tmpdir(), 'tome-bench-'));
  try {
    if (part === 'scale') return await measureScale(directory);
    return await withServer(directory, (server) => {
      if (part === 'cycle') return measureCycle(server, directory);
      return part === 'snapshots' ? measureSnapshots(server, directory) : measureIo(server, directory);
    });
  } finally {
    await removeDirectory(directory);
  }
}

async function withServer<T>(directory: string, use: (server: BenchServer) => Promise<T>): Promise<T> {
  const server = await startServer(directory, OVERCOMMIT);
  try {
    return await use(server);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? '') : String(error)}\n`);
    throw error;
  } finally {
    await server.stop();
  }
}
