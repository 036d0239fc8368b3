// `npm run e2e`: the driver on a real Kubernetes, proven through its API. Uses the cluster that KUBECONFIG names, with the
// image TOME_IMAGE; else brings one up on this machine, and takes it down whatever happens. `--keep` leaves it up,
// and the next run with `--keep` goes on with it; `--down` takes it down. Other arguments go to mocha. The last line is always
// `N passed, N failed`.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureInstalled, environment, node, repository } from './bootstrap.mjs';

const results = mkdtempSync(path.join(tmpdir(), 'tome-e2e-'));
const main = ['test/e2e/harness/main.ts', ...process.argv.slice(2)];
let finished = false;
const onlyDown = process.argv.includes('--down');
process.on('exit', () => {
  const { passed, failed } = countResults();
  const unfinished = finished ? 0 : 1;
  if (!onlyDown) console.log(`${passed} passed, ${failed + unfinished} failed`);
  rmSync(results, { recursive: true });
});

ensureInstalled();
const child = spawn(node, ['--disable-warning=ExperimentalWarning', ...main], {
  cwd: repository,
  stdio: ['ignore', 'inherit', 'inherit'],
  env: { ...environment, TOME_E2E_RESULTS: results },
});
// An interrupt reaches both; the other one ends when it has cleaned up.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => {
  // 1: tests have failed; anything else: they did not all run, which counts as a failure.
  finished = code === 0 || code === 1;
  process.exitCode = code === 0 && (onlyDown || countResults().passed > 0) ? 0 : 1;
});

/** One file for each part that ran. */
function countResults() {
  const sum = { passed: 0, failed: 0 };
  for (const file of readdirSync(results)) {
    const { passed, failed } = JSON.parse(readFileSync(path.join(results, file), 'utf8'));
    sum.passed += passed;
    sum.failed += failed;
  }
  return sum;
}
