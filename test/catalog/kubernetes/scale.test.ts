import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { build } from 'esbuild';
import * as z from 'zod';
import { volumeId } from '../../../src/domain/ids.ts';
import { readyStatus, volumeSpec } from '../fixtures.ts';
import { describeInWorld, type World } from './world.ts';

const VOLUMES = 1000;

const measuredSchema = z.object({ count: z.number(), listMs: z.number(), createMs: z.number(), rssMiB: z.number() });

describeInWorld(`the catalog with ${VOLUMES} volumes`, (world) => {
  it('stays small and quick', async function () {
    this.timeout(240_000);
    await populate(world());
    const { count, listMs, createMs, rssMiB } = await measure(world());
    console.log(
      `      ${count} volumes listed in ${listMs.toFixed(0)} ms; a volume made in ${createMs.toFixed(1)} ms (p50); ` +
        `${rssMiB.toFixed(0)} MiB for the catalog of a controller and that of an agent in one process`,
    );
    expect(count).to.equal(VOLUMES);
    expect(rssMiB).to.be.below(110);
    // 8 ms on an idle machine; this is for one that runs much else.
    expect(createMs).to.be.below(50);
  });
});

async function populate(world: World): Promise<void> {
  const { volumes } = world.open();
  const names = Array.from({ length: VOLUMES }, (_, index) => `volume ${index}`);
  await Promise.all(names.map((name) => volumes.create(volumeId(name), volumeSpec({ name }), readyStatus)));
}

/** In a process of its own, bundled as the program is. */
async function measure({ server }: World): Promise<z.infer<typeof measuredSchema>> {
  const directory = await mkdtemp(join(tmpdir(), 'tome-scale-'));
  try {
    const program = join(directory, 'measure.mjs');
    await build({
      entryPoints: [join(import.meta.dirname, 'fixtures/measure.ts')],
      outfile: program,
      bundle: true,
      platform: 'node',
      target: 'node26',
      format: 'esm',
      external: ['@kubernetes/client-node'],
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
      logLevel: 'warning',
    });
    const { tls } = await server.credentials('admin')();
    const caFile = join(directory, 'ca.crt');
    await writeFile(caFile, String(tls.ca));
    const flags = ['--max-semi-space-size=4', '--expose-gc'];
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...flags,
      program,
      String(server.port),
      caFile,
      'admin',
    ]);
    return measuredSchema.parse(JSON.parse(stdout));
  } finally {
    await rm(directory, { recursive: true });
  }
}
