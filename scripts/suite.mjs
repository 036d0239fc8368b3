// What `npm test` and `npm run test:vm` share: how tests are run, and the last line, which is always `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { environment, node, repository } from './bootstrap.mjs';

let counts = { passed: 0, failed: 1 };

/** From now on the last line is there however this program ends; until the tests have run, something has failed. */
export function endWithCounts() {
  process.on('exit', () => {
    console.log(`${counts.passed} passed, ${counts.failed} failed`);
  });
}

/** Runs mocha with these arguments; so many more tests, which cannot run here, count as failed. Sets the exit code. */
export function runTests(args, failedBefore = 0) {
  const results = mkdtempSync(path.join(tmpdir(), 'tome-test-'));
  const countsFile = path.join(results, 'counts.json');
  const mocha = ['node_modules/mocha/bin/mocha.js', '--reporter', 'scripts/summary-reporter.mjs', ...args];
  const { status } = spawnSync(node, mocha, {
    cwd: repository,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...environment, UV_THREADPOOL_SIZE: process.env.UV_THREADPOOL_SIZE ?? '32', TEST_COUNTS: countsFile },
  });
  const { passed, failed } = readCounts(countsFile, status);
  counts = { passed, failed: failed + failedBefore };
  rmSync(results, { recursive: true });
  process.exitCode = status === 0 && counts.failed === 0 ? 0 : 1;
}

/** Without the file, mocha ended before the tests did. Where nothing ran, or mocha fails after all tests, that is a failure. */
function readCounts(file, status) {
  try {
    const { passed, failed } = JSON.parse(readFileSync(file, 'utf8'));
    return failed === 0 && (passed === 0 || status !== 0) ? { passed, failed: 1 } : { passed, failed };
  } catch {
    return { passed: 0, failed: 1 };
  }
}
