/** `npm run check`: all that can be said about the code without running it. Runs every check, then tells which failed. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const checks = {
  types: ['tsc', '--project', '.'],
  lint: ['eslint', '.', '--max-warnings=0'],
  format: ['prettier', '--check', '--log-level=warn', '.'],
  layers: ['depcruise', 'src', '--output-type=err'],
  unused: ['knip'],
  generated: [process.execPath, 'scripts/generate-types.ts', '--check'],
  crds: [process.execPath, 'scripts/generate-crds.ts', '--check'],
  deploy: [process.execPath, 'scripts/render-deploy.ts', '--check'],
};

const repository = path.join(import.meta.dirname, '..');
const binaries = path.join(repository, 'node_modules/.bin');
const env = { ...process.env, PATH: `${binaries}:${process.env['PATH'] ?? ''}` };

const failed = Object.entries(checks).filter(([name, [command = '', ...args]]) => {
  const start = performance.now();
  const { status } = spawnSync(command, args, { cwd: repository, env, stdio: ['ignore', 'inherit', 'inherit'] });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
  return status !== 0;
});

console.log(failed.length === 0 ? 'All checks passed.' : `Failed: ${failed.map(([name]) => name).join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
