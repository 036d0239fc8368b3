import { createRequire } from 'node:module';
import { build } from 'esbuild';

/** A program of the tests, with the driver in it, as one file: it starts in half the time. */
export async function bundle(entryPoint: string, outfile: string): Promise<void> {
  const require = createRequire(import.meta.url);
  // Its native part is found beside it.
  const koffi = require.resolve('koffi');
  await build({
    entryPoints: [entryPoint],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    alias: { koffi },
    external: [koffi],
    // Dependencies in CommonJS call it, which an ES module does not have.
    banner: { js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);` },
  });
}
