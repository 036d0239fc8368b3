// `npm test`: installs what is missing, builds the program, csi-sanity, an S3 server with rclone, an API server and helm, and runs every test in
// test/ but those on a real Kubernetes (`npm run e2e`). The last line
// is always `N passed, N failed`. Arguments go to mocha.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildProgram, ensureInstalled, environment, node, repository, runOrExit } from './bootstrap.mjs';

/** What neither attaches nor mounts anything. */
const RUNS_WITHOUT_ROOT =
  /^test\/(catalog\/sqlite\/(contract|group|migration|open)|csi\/(controller|group-controller|identity|server))/;

let counts = { passed: 0, failed: 1 };
process.on('exit', () => {
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
});

ensureInstalled([
  ['go', 'golang-go'],
  ['gocryptfs', 'gocryptfs'],
  ['fusermount3', 'fuse3'],
  ['ntfs-3g', 'ntfs-3g'],
  ['fuse2fs', 'fuse2fs'],
  ['pgrep', 'procps'],
  ['git', 'git'],
  ['ssh', 'openssh-client'],
  ['sshd', 'openssh-server'],
  ['setfacl', 'acl'],
  ['setfattr', 'attr'],
  ['xz', 'xz-utils'],
  ['zstd', 'zstd'],
]);
buildProgram();
runOrExit(node, ['scripts/build-csi-sanity.ts']);
runOrExit(node, ['scripts/build-object-store.ts']);
runOrExit('test/cluster/build', ['kube', 'helm']);

const results = mkdtempSync(path.join(tmpdir(), 'tome-test-'));
const countsFile = path.join(results, 'counts.json');
const chosen = process.argv.slice(2);
const isRoot = process.getuid() === 0;
const files = readdirSync(path.join(repository, 'test'), { recursive: true })
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => path.join('test', file))
  .sort();
const canRun = files.filter((file) => isRoot || RUNS_WITHOUT_ROOT.test(file));
const specs = chosen.some((argument) => !argument.startsWith('-')) ? [] : canRun;
const options = ['--reporter', 'scripts/summary-reporter.mjs', ...specs, ...chosen];
const { status } = spawnSync(node, ['node_modules/mocha/bin/mocha.js', ...options], {
  cwd: repository,
  stdio: ['ignore', 'inherit', 'inherit'],
  env: { ...environment, UV_THREADPOOL_SIZE: process.env.UV_THREADPOOL_SIZE ?? '32', TEST_COUNTS: countsFile },
});
counts = readCounts();
const left = specs.length === 0 ? 0 : files.length - canRun.length;
counts.failed += left;
if (left > 0)
  console.error(
    `Not root: ${left} test files that attach and mount did not run and count as failed; run npm test as root.`,
  );
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
