/**
 * Bundles the program into `dist/tome.mjs`, one file that starts in less time and memory than its sources do. Only
 * koffi stays outside, because its native part is found beside it in `node_modules`.
 */
import { chmod } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';

const repository = path.join(import.meta.dirname, '..');
const bundle = path.join(repository, 'dist/tome.mjs');

// Dependencies in CommonJS call these, which an ES module does not have.
const commonJs = `import { createRequire as createRequireOfBundle } from 'node:module';
import { dirname as dirnameOfBundle } from 'node:path';
import { fileURLToPath as pathOfBundle } from 'node:url';
const require = createRequireOfBundle(import.meta.url);
const __filename = pathOfBundle(import.meta.url);
const __dirname = dirnameOfBundle(__filename);`;

await build({
  entryPoints: [path.join(repository, 'src/main.ts')],
  outfile: bundle,
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
await chmod(bundle, 0o755);
