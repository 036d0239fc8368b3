/**
 * Bundles the program into `dist/tome.mjs` and, beside it in `chunks/`, what only some of its modes load: it starts in
 * less time and memory than its sources do. Only koffi stays outside, because its native part is found beside it in
 * `node_modules`.
 */
import { chmod, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';

const repository = path.join(import.meta.dirname, '..');
const dist = path.join(repository, 'dist');

// Dependencies in CommonJS call these, which an ES module does not have.
const commonJs = `import { createRequire as createRequireOfBundle } from 'node:module';
import { dirname as dirnameOfBundle } from 'node:path';
import { fileURLToPath as pathOfBundle } from 'node:url';
const require = createRequireOfBundle(import.meta.url);
const __filename = pathOfBundle(import.meta.url);
const __dirname = dirnameOfBundle(__filename);`;

const { metafile } = await build({
  entryPoints: { tome: path.join(repository, 'src/main.ts') },
  outdir: dist,
  outExtension: { '.js': '.mjs' },
  chunkNames: 'chunks/[name]-[hash]',
  splitting: true,
  metafile: true,
  absWorkingDir: repository,
  bundle: true,
  platform: 'node',
  target: 'node26',
  format: 'esm',
  external: ['koffi'],
  banner: { js: commonJs },
  logLevel: 'warning',
  // Less text is less memory. Names stay, and lines are short enough for a stack to point at something.
  minifySyntax: true,
  minifyWhitespace: true,
  lineLimit: 160,
});
await chmod(path.join(dist, 'tome.mjs'), 0o755);

// Chunks of former builds go last, so that a program that is just starting still finds its own.
const made = new Set(Object.keys(metafile.outputs).map((file) => path.basename(file)));
for (const file of await readdir(path.join(dist, 'chunks'))) {
  if (!made.has(file)) await rm(path.join(dist, 'chunks', file));
}
