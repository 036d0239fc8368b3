// `npm test`: installs what is missing, builds the program and what tests need beside it (csi-sanity, an S3 server, rclone, an SSH
// server, an API server, helm), and runs every test in test/ but those on a real Kubernetes (`npm run e2e`) and in a virtual
// machine (`npm run test:vm`). The last line is always `N passed, N failed`. Arguments go to mocha.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { buildProgram, ensureInstalled, node, repository, runOrExit } from './bootstrap.mjs';
import { endWithCounts, runTests } from './suite.mjs';

/** What neither attaches nor mounts anything. */
const RUNS_WITHOUT_ROOT =
  /^test\/(catalog\/sqlite\/(contract|group|migration|open)|csi\/(controller|group-controller|identity|server))/;

endWithCounts();
ensureInstalled([
  ['go', 'golang-go'],
  ['gocryptfs', 'gocryptfs'],
  ['fusermount3', 'fuse3'],
  ['ntfs-3g', 'ntfs-3g'],
  ['fuse2fs', 'fuse2fs'],
  ['pgrep', 'procps'],
  ['git', 'git'],
  ['ssh', 'openssh-client'],
  ['setfacl', 'acl'],
  ['setfattr', 'attr'],
  ['xz', 'xz-utils'],
  ['zstd', 'zstd'],
]);
buildProgram();
runOrExit(node, ['scripts/build-csi-sanity.ts']);
runOrExit(node, ['scripts/build-object-store.ts']);
runOrExit(node, ['scripts/build-ssh-server.ts']);
runOrExit('test/cluster/build', ['kube', 'helm']);

const chosen = process.argv.slice(2);
const isRoot = process.getuid() === 0;
const files = readdirSync(path.join(repository, 'test'), { recursive: true })
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => path.join('test', file))
  .sort();
const canRun = files.filter((file) => isRoot || RUNS_WITHOUT_ROOT.test(file));
const specs = chosen.some((argument) => !argument.startsWith('-')) ? [] : canRun;
const left = specs.length === 0 ? 0 : files.length - canRun.length;
if (left > 0)
  console.error(
    `Not root: ${left} test files that attach and mount do not run and count as failed; run npm test as root.`,
  );
runTests([...specs, ...chosen], left);
