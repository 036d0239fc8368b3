// `npm test`: installs what is missing, builds the program and csi-sanity, and runs every test in test/. The last line
// is always `N passed, N failed`. Arguments go to mocha.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildProgram, ensurePackages, ensureTools, environment, node, repository, runOrExit } from './bootstrap.mjs';

let counts = { passed: 0, failed: 1 };
process.on('exit', () => {
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
});

ensurePackages();
ensureTools([['go', 'golang-go']]);
buildProgram();
runOrExit(node, ['scripts/build-csi-sanity.ts']);
if (process.getuid() !== 0) console.error('Not root: the tests that mount and attach need it, and are going to fail.');

const results = mkdtempSync(path.join(tmpdir(), 'tome-test-'));
const countsFile = path.join(results, 'counts.json');
const chosen = process.argv.slice(2);
const specs = chosen.some((argument) => !argument.startsWith('-')) ? [] : ['test/**/*.test.ts'];
const options = ['--reporter', 'scripts/summary-reporter.mjs', ...specs, ...chosen];
const { status } = spawnSync(node, ['node_modules/mocha/bin/mocha.js', ...options], {
  cwd: repository,
  stdio: ['ignore', 'inherit', 'inherit'],
  env: { ...environment, UV_THREADPOOL_SIZE: process.env.UV_THREADPOOL_SIZE ?? '32', TEST_COUNTS: countsFile },
});
counts = readCounts();
rmSync(results, { recursive: true });
process.exitCode = status === 0 && counts.passed > 0 && counts.failed === 0 ? 0 : 1;

/** Without the file, mocha ended before the tests did. */
function readCounts() {
  try {
    const { passed, failed } = JSON.parse(readFileSync(countsFile, 'utf8'));
    return passed + failed === 0 || (status !== 0 && failed === 0) ? { passed, failed: 1 } : { passed, failed };
  } catch {
    return { passed: 0, failed: 1 };
  }
}
